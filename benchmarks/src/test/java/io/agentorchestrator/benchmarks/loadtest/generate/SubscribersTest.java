package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SubscribersTest {
    private static final String STREAM =
            "HTTP/1.1 200\r\n\r\nretry: 1000\nid: 1-1\n\nid: 2-1\nevent: task\ndata: {\"data:\":1}\n\n: still here\n\nid: 2-2\nevent: task\n\ndata: {}\n\n";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        threads.close();
    }

    /** Answers one connection, so many bytes at a time, and ends it. */
    private String serve(String answer, int size) {
        var _ = threads.submit(() -> {
            try (Socket connection = server.accept()) {
                connection.setTcpNoDelay(true);
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                request.lines().takeWhile(line -> !line.isEmpty()).forEach(line -> {});
                byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                for (int from = 0; from < bytes.length; from += size) {
                    connection.getOutputStream().write(bytes, from, Math.min(size, bytes.length - from));
                }
            }
            return true;
        });
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void countsEventsWithDataWhereverTheStreamIsCut(int size) throws InterruptedException {
        try (Subscribers subscribers = Subscribers.start(serve(STREAM, size), 1)) {
            await().until(() -> subscribers.cutOff() == 1);

            assertThat(subscribers.received()).isEqualTo(2);
            assertThat(subscribers.fewest()).isEqualTo(2);
        }
    }

    @Test
    void aStreamThatIsRefusedIsAFailure() {
        String api = serve("HTTP/1.1 503\r\n\r\n{}", 1_000);

        assertThatThrownBy(() -> Subscribers.start(api, 1))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("max-subscribers");
    }
}
