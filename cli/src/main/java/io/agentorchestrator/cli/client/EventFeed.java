package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The API's events over any number of connections: after a break it resumes behind the last event it got. Thread-safe; events
 * are dispatched by a thread of its own, one after the other.
 */
public final class EventFeed implements AutoCloseable {
    /** The API says something every 15 s, if only a comment; a connection that is silent for so long is dead. */
    public static final Duration MAX_SILENCE = Duration.ofSeconds(45);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);

    private final ApiClient api;
    private final String path;
    private final Predicate<ServerEvent> taker;
    private final Duration maxSilence;
    private final Semaphore news = new Semaphore(0);
    private final Thread reader;
    private volatile boolean closed;
    private volatile long heardNanos;
    private volatile @Nullable InputStream connection;
    private volatile @Nullable ApiFailure refusal;

    private EventFeed(ApiClient api, String path, Predicate<ServerEvent> taker, Duration maxSilence) {
        this.api = api;
        this.path = path;
        this.taker = taker;
        this.maxSilence = maxSilence;
        this.reader = Thread.ofVirtual().name("events").unstarted(this::read);
    }

    /**
     * Starts to read.
     *
     * @param taker gets every event and answers whether it is news to whoever waits
     */
    public static EventFeed open(ApiClient api, String path, Predicate<ServerEvent> taker) {
        return open(api, path, taker, MAX_SILENCE);
    }

    static EventFeed open(ApiClient api, String path, Predicate<ServerEvent> taker, Duration maxSilence) {
        EventFeed feed = new EventFeed(api, path, taker, maxSilence);
        feed.reader.start();
        return feed;
    }

    /** Waits for news since the last call; false when the limit passed without any. */
    public boolean awaitNews(Duration limit) throws InterruptedException {
        if (live() && System.nanoTime() - heardNanos > maxSilence.toNanos()) {
            breakConnection();
        }
        boolean came = news.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
        return came;
    }

    /** Tells whether a connection is open, so that a change would be heard of. */
    public boolean live() {
        return connection != null;
    }

    /** Why no events come and none will: the API refuses them. */
    public Optional<ApiFailure> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public void close() {
        closed = true;
        breakConnection();
        reader.interrupt();
    }

    private void read() {
        String lastId = "";
        Duration backoff = FIRST_BACKOFF;
        while (!closed) {
            try (InputStream opened = api.events(path, lastId)) {
                heardNanos = System.nanoTime();
                connection = opened;
                if (closed) {
                    return;
                }
                String reached = pass(opened, lastId);
                backoff = reached.equals(lastId) ? backoff : FIRST_BACKOFF;
                lastId = reached;
            } catch (ApiFailure failure) {
                if (!failure.passing()) {
                    refusal = failure;
                    return;
                }
            } catch (CliFailure | IOException broken) {
                // A later connection goes on where this one broke.
            } catch (InterruptedException closing) {
                return;
            } finally {
                connection = null;
            }
            backoff = pause(backoff);
        }
    }

    /** Hands over what comes until the connection ends; returns the last event's id. */
    private String pass(InputStream stream, String resumedAfter) {
        String lastId = resumedAfter;
        EventParser parser = new EventParser();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            BoundedLines lines = new BoundedLines(reader, EventParser.MAX_DATA_CHARS);
            for (String line = lines.next(); line != null && !closed; line = lines.next()) {
                heardNanos = System.nanoTime();
                Optional<ServerEvent> event = parser.line(line);
                if (event.isPresent()) {
                    lastId = event.get().id().isEmpty() ? lastId : event.get().id();
                    if (taker.test(event.get())) {
                        news.release();
                    }
                }
            }
        } catch (IOException broken) {
            return lastId;
        }
        return lastId;
    }

    private static Duration pause(Duration backoff) {
        try {
            Thread.sleep(backoff);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        Duration next = backoff.multipliedBy(2);
        return next.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : next;
    }

    private void breakConnection() {
        InputStream open = connection;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyBroken) {
                return;
            }
        }
    }
}
