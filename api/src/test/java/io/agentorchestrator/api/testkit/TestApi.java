package io.agentorchestrator.api.testkit;

import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.ApiApplication;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** One running application; the shared one runs until the JVM ends. */
public final class TestApi implements AutoCloseable {
    /** That credentials of agents are made of. */
    public static final String AGENTS_KEY = "a key of the tests that nobody else has";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private TestApi(TestDatabase database, ConfigurableApplicationContext context) {
        this.database = database;
        this.context = context;
        this.url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    /** The application that tests share which leave others' data alone. */
    public static TestApi shared() {
        return Shared.API;
    }

    /** An application of its own, ready, on a database of its own. */
    public static TestApi start(String... arguments) {
        TestApi api = startUnready(PostgresServer.shared().newDatabase(), arguments);
        await().atMost(LIMIT).until(() -> api.get("/actuator/health/readiness").status() == 200);
        return api;
    }

    /** An application on this database, whether or not it is ready. */
    public static TestApi startUnready(TestDatabase database, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--orchestrator.database.url=" + database.jdbcUrl(),
                "--orchestrator.database.user=" + TestDatabase.USER,
                "--orchestrator.database.password=" + TestDatabase.PASSWORD,
                "--orchestrator.database.pool-size=8",
                "--orchestrator.agents.key=" + AGENTS_KEY,
                "--orchestrator.temporal.ui-url=http://temporal.test"));
        all.addAll(List.of(arguments));
        SpringApplication application = new SpringApplication(ApiApplication.class);
        return new TestApi(database, application.run(all.toArray(String[]::new)));
    }

    /** A part of the application. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A part of the application of which there are others of its type. */
    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    public TestDatabase database() {
        return database;
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    public Answer post(String path, String json, String... headers) {
        return send("POST", path, BodyPublishers.ofString(json), withType("application/json", headers));
    }

    public Answer put(String path, String json, String... headers) {
        return send("PUT", path, BodyPublishers.ofString(json), withType("application/json", headers));
    }

    public Answer postYaml(String path, String yaml) {
        return send("POST", path, BodyPublishers.ofString(yaml), withType("application/yaml"));
    }

    /** Sends a request; its answer is one that the OpenAPI document describes. */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
            Contract.check(method, path, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Subscribes to an event stream; returns once its headers are there. */
    public EventFeed events(String path, String... headers) {
        return events(path, event -> {}, headers);
    }

    /** The same, with somebody to hear each event at once. */
    public EventFeed events(String path, Consumer<EventFeed.Event> onEvent, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new EventFeed(client.send(request.build(), BodyHandlers.ofInputStream()), onEvent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String[] withType(String type, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", type));
        all.addAll(List.of(headers));
        return all.toArray(String[]::new);
    }

    /** Stops the application and leaves the rest, to see how it ends. */
    public void stop() {
        context.close();
    }

    public String url() {
        return url;
    }

    @Override
    public void close() {
        context.close();
        client.close();
        database.close();
    }

    /** Starts the application when it is first asked for. */
    private static final class Shared {
        private static final TestApi API = start();
    }
}
