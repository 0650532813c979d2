package io.agentorchestrator.cli.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fetches the {@code temporal} program the way the Java SDK's own {@code TemporalDevServer} does (temporal-testing 1.38):
 * the service answers with the archive's address and the file to take out of it. The SDK itself would add 25 MB for it.
 */
public record DownloadFetcher(URI service) implements TemporalLadder.Fetcher {
    private static final URI SERVICE = URI.create("https://temporal.download/cli/default");
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** From Temporal's own service. */
    public DownloadFetcher() {
        this(SERVICE);
    }

    @Override
    public String origin() {
        return service.getHost();
    }

    @Override
    public void fetch(Path target) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpResponse<String> answer = http.send(
                    get(URI.create(service + "?platform=" + platform() + "&arch=" + architecture())),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the service answered " + answer.statusCode());
            }
            JsonNode location = new JsonMapper().readTree(answer.body());
            HttpResponse<InputStream> archive = http.send(
                    get(URI.create(location.path("archiveUrl").asString())), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = archive.body()) {
                if (archive.statusCode() != 200) {
                    throw new IOException("the archive answered " + archive.statusCode());
                }
                unpack(body, location.path("fileToExtract").asString(), target);
            }
        } catch (JacksonException | IllegalArgumentException malformed) {
            throw new IOException("the service's answer makes no sense", malformed);
        }
    }

    private static HttpRequest get(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(LIMIT).build();
    }

    private static void unpack(InputStream archive, String file, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().equals(file)) {
                    Archive.install(tar, target);
                    return;
                }
            }
        }
        throw new IOException("the archive holds no " + file);
    }

    private static String platform() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }
}
