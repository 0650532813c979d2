package io.agentorchestrator.api.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A subscriber to an event stream, by the rules of server-sent events: an event counts once its block is complete. */
public final class EventFeed implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpResponse<InputStream> response;
    private final Consumer<Event> onEvent;
    private final Thread reader;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private volatile @Nullable String lastId;
    private final AtomicInteger comments = new AtomicInteger();
    private volatile boolean ended;
    private volatile @Nullable IOException failure;

    EventFeed(HttpResponse<InputStream> response, Consumer<Event> onEvent) {
        this.response = response;
        this.onEvent = onEvent;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** An event with the id that its block had. */
    public record Event(@Nullable String id, @Nullable String name, JsonNode data) {
        public String text(String field) {
            return data.path(field).asString("");
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = null;
            String name = null;
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                } else if (line.isEmpty()) {
                    lastId = id == null ? lastId : id;
                    if (!data.isEmpty()) {
                        Event event = new Event(id, name, JSON.readTree(data.toString()));
                        events.add(event);
                        onEvent.accept(event);
                    }
                    id = null;
                    name = null;
                    data.setLength(0);
                }
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            ended = true;
        }
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public List<Event> events() {
        return events;
    }

    /** What a browser would send as Last-Event-ID. */
    public @Nullable String lastId() {
        return lastId;
    }

    public int comments() {
        return comments.get();
    }

    /** Whether the stream is at its end. */
    public boolean ended() {
        return ended;
    }

    /** What broke the stream off; nothing if the server ended it, or while it is open. */
    public @Nullable IOException failure() {
        return failure;
    }

    /** Goes away, and returns when nothing more is read. */
    @Override
    public void close() {
        try {
            response.body().close();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
