package io.agentorchestrator.api.event;

import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import io.agentorchestrator.store.transaction.StoreOutage;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes events to subscribers, each on the thread of its request. What has happened is read from the store, a page at a time, so that a client
 * that takes its time holds a page's memory and no connection. What happens then is read by the {@link EventPoller}, once for all; a client
 * that does not keep up with that is cut off, and may resume. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
@Component
final class EventStream {
    static final String MEDIA_TYPE = "text/event-stream";
    static final int PAGE_SIZE = 500;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofSeconds(1);

    private final EventReader events;
    private final EventPoller poller;
    private final Duration commentInterval;
    private final Semaphore reads;
    private final JsonMapper json;

    EventStream(EventReader events, EventPoller poller, EventProperties properties, JsonMapper json) {
        this.events = events;
        this.poller = poller;
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
        try (Subscription subscription = poller.subscribe(tenant, runId)) {
            List<WrittenEvent> first = read(subscription, after);
            // Asked behind the page, so that what is deleted between the two is told.
            boolean gap = events.isRemovedAfter(tenant, runId, after);
            EventOutput out = EventOutput.begin(response, commentInterval, after);
            if (gap) {
                out.gap(first.isEmpty() ? null : first.getFirst().position());
            }
            out.write(first);
            if (first.size() == PAGE_SIZE) {
                replay(subscription, out);
            }
            join(subscription, out);
            replay(subscription, out);
            follow(subscription, out);
        } catch (IOException e) {
            LOG.debug("A subscriber has gone: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what has happened, to its end. */
    private void replay(Subscription subscription, EventOutput out) throws IOException, InterruptedException {
        int read = PAGE_SIZE;
        while (read == PAGE_SIZE && poller.isRunning()) {
            try {
                List<WrittenEvent> page = read(subscription, out.position());
                out.write(page);
                read = page.size();
            } catch (DataAccessException | TransactionException away) {
                if (!StoreFailure.of(away).isOutage()) {
                    throw away;
                }
                LOG.debug("Events cannot be read: {}", StoreOutage.reason(away));
                out.keepAlive();
                Thread.sleep(PAUSE_WHILE_AWAY);
            }
        }
    }

    private void join(Subscription subscription, EventOutput out) throws IOException, InterruptedException {
        subscription.join();
        while (poller.isRunning() && !subscription.hasJoined()) {
            subscription.await(out.untilComment());
            out.keepAlive();
        }
    }

    /** Writes what happens. */
    private void follow(Subscription subscription, EventOutput out) throws IOException, InterruptedException {
        while (poller.isRunning()) {
            List<WrittenEvent> page = poller.take(subscription, PAGE_SIZE);
            if (subscription.isLeftBehind()) {
                out.comment("this stream was read too slowly and ends here; resume it with Last-Event-ID: "
                        + out.position());
                return;
            }
            out.write(page);
            out.keepAlive();
            if (page.isEmpty()) {
                subscription.await(out.untilComment());
            }
        }
    }

    private List<WrittenEvent> read(Subscription subscription, Position after) throws InterruptedException {
        List<StoredEvent> page;
        reads.acquire();
        try {
            page = events.after(subscription.tenant(), subscription.runId(), after, PAGE_SIZE);
        } finally {
            reads.release();
        }
        return page.stream().map(event -> WrittenEvent.of(event, json)).toList();
    }
}
