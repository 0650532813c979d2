package io.agentorchestrator.worker.testkit;

import io.agentorchestrator.store.testkit.TestPorts;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import redis.embedded.RedisServer;

/** A real Redis that keeps nothing over a stop, on a port of its own. */
public final class TestRedis implements AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Path directory;
    private final int port = TestPorts.free();
    private final RedisClient client;
    private RedisServer server;

    /** Starts it. */
    public TestRedis(Path directory) {
        this.directory = directory;
        this.server = started();
        this.client = RedisClient.create(uri());
    }

    public RedisURI uri() {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(TIMEOUT)
                .build();
    }

    /** For the code under test; the client's connections come and go with their users. */
    public RedisClient client() {
        return client;
    }

    /** What the test itself asks; a connection a call, so that it can be asked after a stop. */
    public <T> T ask(Question<T> question) {
        try (var connection = client.connect()) {
            return question.of(connection.sync());
        }
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, empty. */
    public void startAgain() {
        server = started();
    }

    @Override
    public void close() {
        client.shutdown();
        stop();
    }

    private RedisServer started() {
        try {
            RedisServer fresh = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("dir " + directory)
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            fresh.start();
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis did not start", e);
        }
    }

    /** Something to ask of Redis. */
    @FunctionalInterface
    public interface Question<T> {
        T of(RedisCommands<String, String> redis);
    }
}
