package io.agentorchestrator.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.FreePorts;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.process.StopSignal;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real development server. */
class TemporalServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path FETCHED =
            Path.of("").toAbsolutePath().resolveSibling(".orchestrator").resolve("bin");

    @TempDir
    private Path directory;

    private TemporalServer server() throws IOException {
        TemporalLadder ladder = new TemporalLadder(
                System.getenv().getOrDefault("PATH", "") + File.pathSeparator + FETCHED,
                directory.resolve("bin"),
                List.of(new PipFetcher(), new DownloadFetcher()));
        return new TemporalServer(
                ladder,
                directory.resolve("data"),
                FreePorts.next(),
                FreePorts.next(),
                "default",
                "http://127.0.0.1:1/codec");
    }

    private interface Work {
        void run() throws Exception;
    }

    private void whileRunning(TemporalServer server, Program program, Work work) throws Exception {
        Process process = program.start(directory.resolve("temporal.log"));
        try {
            await().atMost(LIMIT).until(() -> answer(server.readinessUrl()).contains("namespaceInfo"));
            work.run();
        } finally {
            assertThat(StopSignal.TERM.stop(ProcessIdentity.of(process.pid()).orElseThrow(), LIMIT))
                    .isTrue();
        }
    }

    private static String answer(String url) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** How an earlier release started it. */
    private static Program withoutAttributes(Program program) {
        List<String> command = new ArrayList<>(program.command());
        while (command.contains("--search-attribute")) {
            int at = command.indexOf("--search-attribute");
            command.subList(at, at + 2).clear();
        }
        return new Program(command, program.environment(), program.directory());
    }

    @Test
    void aNewDataFileHasTheSearchAttributesAndTheWebUiKnowsTheCodec() throws Exception {
        TemporalServer server = server();

        whileRunning(server, server.prepare(progress -> {}), () -> {
            assertThat(answer(server.readinessUrl()))
                    .contains("OrchestratorTenant", "OrchestratorDagName", "OrchestratorStatus");
            assertThat(answer("http://127.0.0.1:" + server.uiPort() + "/api/v1/settings"))
                    .contains("http://127.0.0.1:1/codec");
        });
    }

    @Test
    void aDataFileOfAnEarlierReleaseIsServed() throws Exception {
        TemporalServer old = server();
        whileRunning(old, withoutAttributes(old.prepare(progress -> {})), () -> {});
        TemporalServer server = server();

        whileRunning(
                server,
                server.prepare(progress -> {}),
                () -> assertThat(answer(server.readinessUrl())).doesNotContain("OrchestratorTenant"));
    }
}
