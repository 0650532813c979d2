package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.server.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of what is under test, as each of it tells; what does not tell is unknown. */
final class Versions {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String UNKNOWN = "unknown";
    private static final Pattern POSTGRES = Pattern.compile("\\(PostgreSQL\\) (\\S+)");
    private static final Pattern REDIS = Pattern.compile("redis_version:(\\S+)");
    private static final Pattern TEMPORAL = Pattern.compile("\"serverVersion\"\\s*:\\s*\"([^\"]+)\"");

    private Versions() {}

    static SequencedMap<String, String> of(Target target) throws InterruptedException {
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        String commit = git(target, "rev-parse", "--short=12", "HEAD");
        boolean changed =
                !git(target, "status", "--porcelain", "--untracked-files=no").isEmpty();
        String product = Versions.class.getPackage().getImplementationVersion();
        versions.put("Agent Orchestrator", product == null ? "0.1.0-SNAPSHOT" : product);
        versions.put("commit", commit.isEmpty() ? UNKNOWN : commit + (changed ? ", with changes" : ""));
        versions.put("PostgreSQL", postgres(target));
        versions.put("Redis", redis(target.settings().ports().redis()));
        versions.put("Temporal", temporal(target));
        return versions;
    }

    private static String git(Target target, String... arguments) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>(
                List.of("git", "-C", target.layout().home().toString()));
        command.addAll(List.of(arguments));
        Command.Result result = Command.run(LIMIT, command);
        return result.succeeded() ? result.output().strip() : "";
    }

    /** Of the program that the stack runs; others than the product itself do not ask the server. */
    private static String postgres(Target target) throws InterruptedException {
        PostgresServer server = new PostgresServer(
                target.layout().programs(),
                target.layout().data(),
                target.settings().ports().postgres());
        Command.Result result = Command.run(LIMIT, List.of(server.program().toString(), "--version"));
        return result.succeeded() ? first(POSTGRES, result.output()) : UNKNOWN;
    }

    private static String redis(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return first(REDIS, answer);
        } catch (IOException away) {
            return UNKNOWN;
        }
    }

    private static String temporal(Target target) throws InterruptedException {
        String ui = target.settings().temporalUi();
        if (ui == null) {
            return UNKNOWN;
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(ui + "/api/v1/cluster-info"))
                    .timeout(LIMIT)
                    .build();
            return first(
                    TEMPORAL,
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException away) {
            return UNKNOWN;
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : UNKNOWN;
    }
}
