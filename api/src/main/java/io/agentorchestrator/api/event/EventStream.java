package io.agentorchestrator.api.event;

import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes events to subscribers, each on the thread of its request: a page is read, then written, so that a client that takes its
 * time holds a page's memory and no connection to the store. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
@Component
final class EventStream {
    static final String MEDIA_TYPE = "text/event-stream";
    static final int PAGE_SIZE = 500;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofSeconds(1);
    private static final String COMMENT = ":\n\n";

    private final EventReader events;
    private final EventPulse pulse;
    private final Duration commentInterval;
    private final Semaphore reads;
    private final JsonMapper json;

    EventStream(EventReader events, EventPulse pulse, EventProperties properties, JsonMapper json) {
        this.events = events;
        this.pulse = pulse;
        this.commentInterval = properties.commentInterval();
        this.reads = new Semaphore(properties.concurrentReads(), true);
        this.json = json;
    }

    /**
     * Writes events until the client goes away or the server stops. What fails before the first byte is thrown; afterwards the
     * stream waits for the store to come back.
     *
     * @param runId those of one run only; null for all of the tenant
     * @param after where the client has got to
     */
    void write(String tenant, @Nullable UUID runId, Position after, HttpServletResponse response) {
        try (Subscription subscription = pulse.subscribe(tenant)) {
            List<StoredEvent> first = read(tenant, runId, after);
            OutputStream out = begin(response, after);
            Position position = write(first, after, out);
            long writtenNanos = System.nanoTime();
            boolean more = first.size() == PAGE_SIZE;
            while (pulse.isRunning()) {
                if (!more) {
                    subscription.await(commentInterval.minusNanos(System.nanoTime() - writtenNanos));
                }
                List<StoredEvent> page = readOrNothing(tenant, runId, position, subscription);
                position = write(page, position, out);
                more = page.size() == PAGE_SIZE;
                if (!page.isEmpty() || writtenNanos + commentInterval.toNanos() <= System.nanoTime()) {
                    if (page.isEmpty()) {
                        comment(out);
                    }
                    writtenNanos = System.nanoTime();
                }
            }
        } catch (IOException e) {
            LOG.debug("A subscriber has gone: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Headers, and the position as an id without an event, so that a client that loses its connection now resumes here. */
    private static OutputStream begin(HttpServletResponse response, Position after) throws IOException {
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        // Proxies that buffer answers (nginx) hold events back otherwise.
        response.setHeader("X-Accel-Buffering", "no");
        OutputStream out = response.getOutputStream();
        out.write(("retry: 1000\nid: " + after + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return out;
    }

    /** Keeps proxies from giving up, and finds clients that did. */
    private static void comment(OutputStream out) throws IOException {
        out.write(COMMENT.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private Position write(List<StoredEvent> page, Position before, OutputStream out) throws IOException {
        if (page.isEmpty()) {
            return before;
        }
        for (StoredEvent event : page) {
            EventView view = EventView.of(event);
            String text = "id: %s\nevent: %s\ndata: %s\n\n"
                    .formatted(event.position(), view.name(), json.writeValueAsString(view));
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
        return page.getLast().position();
    }

    private List<StoredEvent> readOrNothing(
            String tenant, @Nullable UUID runId, Position after, Subscription subscription)
            throws InterruptedException {
        try {
            return read(tenant, runId, after);
        } catch (RuntimeException e) {
            if (!StoreFailure.of(e).isOutage()) {
                throw e;
            }
            LOG.debug("Events cannot be read: {}", StoreFailure.reason(e));
            subscription.await(PAUSE_WHILE_AWAY);
            // Whatever could not be read now is still news.
            subscription.ring();
            return List.of();
        }
    }

    private List<StoredEvent> read(String tenant, @Nullable UUID runId, Position after) throws InterruptedException {
        reads.acquire();
        try {
            return events.after(tenant, runId, after, PAGE_SIZE);
        } finally {
            reads.release();
        }
    }
}
