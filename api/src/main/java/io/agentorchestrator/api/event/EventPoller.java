package io.agentorchestrator.api.event;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads new events once for all subscribers of this process, and only while there are any. Each takes its own from {@link RecentEvents}. It
 * stops before the web server does, so that open streams end and the server has nothing to wait for. Thread-safe.
 */
@Component
@EnableConfigurationProperties(EventProperties.class)
final class EventPoller implements LoopLifecycle {
    /** Events read at once; where there are more, the next read follows at once. */
    private static final int PAGE_SIZE = 2_000;

    /** Woken by whoever subscribes. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final EventReader events;
    private final EventProperties properties;
    private final JsonMapper json;
    private final Counter cutOff;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock, as what they hold is. */
    private final Set<Subscription> subscriptions = new HashSet<>();

    private final RecentEvents recent;
    /** Up to here all who have joined were told. Of the polling thread; null while nobody has. */
    private @Nullable Position reached;

    private final PollLoop loop;

    EventPoller(EventReader events, EventProperties properties, JsonMapper json, MeterRegistry metrics) {
        this.events = events;
        this.properties = properties;
        this.json = json;
        this.recent = new RecentEvents(properties.maxKept());
        this.loop = new PollLoop("event-poller", properties.pollInterval(), this::round);
        this.cutOff = Counter.builder("events.subscribers.cut.off")
                .description("Event streams that were cut off because their clients read too slowly")
                .register(metrics);
        Gauge.builder("events.subscribers", this, EventPoller::subscribers)
                .description("Event streams that are open")
                .register(metrics);
    }

    /**
     * A place among the subscribers, which hears nothing before it has joined.
     *
     * @param runId of the run whose events are wanted; null: all of the tenant's
     * @throws ProblemException if there is none
     */
    Subscription subscribe(String tenant, @Nullable UUID runId) {
        lock.lock();
        try {
            if (!isRunning()) {
                throw new ProblemException(
                        ProblemCode.OVERLOADED, "the server is starting or stopping; try again shortly", RETRY_AFTER);
            }
            if (subscriptions.size() >= properties.maxSubscribers()) {
                throw new ProblemException(
                        ProblemCode.OVERLOADED,
                        "this server serves %,d event streams at most; try again later"
                                .formatted(properties.maxSubscribers()),
                        RETRY_AFTER);
            }
            Subscription subscription = new Subscription(tenant, runId, this::remove);
            if (subscriptions.isEmpty()) {
                loop.wake();
            }
            subscriptions.add(subscription);
            return subscription;
        } finally {
            lock.unlock();
        }
    }

    /** Events that the subscriber has not taken yet, oldest first; none if there are none, or if it has fallen behind. */
    List<WrittenEvent> take(Subscription subscription, int max) {
        lock.lock();
        try {
            long number = subscription.unread;
            List<WrittenEvent> taken = new ArrayList<>();
            if (number < recent.first()) {
                subscription.leaveBehind();
                cutOff.increment();
                return taken;
            }
            for (; number < recent.next() && taken.size() < max; number++) {
                WrittenEvent event = recent.get(number);
                if (subscription.wants(event)) {
                    taken.add(event);
                }
            }
            subscription.unread = number < recent.next() ? number : Subscription.NONE;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Subscription subscription) {
        lock.lock();
        try {
            subscriptions.remove(subscription);
        } finally {
            lock.unlock();
        }
    }

    int subscribers() {
        lock.lock();
        try {
            return subscriptions.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private Duration round() {
        if (isIdle()) {
            reached = null;
            return IDLE;
        }
        return poll() ? Duration.ZERO : properties.pollInterval();
    }

    private boolean isIdle() {
        lock.lock();
        try {
            if (!subscriptions.isEmpty()) {
                return false;
            }
            recent.clear();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Reads what has become visible since, and hands it out; whether there is more at once. */
    private boolean poll() {
        Position from = reached == null ? events.now() : reached;
        Set<String> tenants = admit();
        if (tenants.isEmpty()) {
            reached = null;
            return false;
        }
        reached = from;
        long horizon = events.horizon();
        Position end = Position.before(horizon);
        if (end.compareTo(from) <= 0) {
            return false;
        }
        List<StoredEvent> page = events.between(tenants, from, horizon, PAGE_SIZE);
        hand(page.stream().map(event -> WrittenEvent.of(event, json)).toList());
        boolean more = page.size() == PAGE_SIZE;
        reached = more ? page.getLast().position() : end;
        return more;
    }

    /** Lets those join who asked to: from now on they hear of all that is read. The tenants of all who have joined. */
    private Set<String> admit() {
        lock.lock();
        try {
            Set<String> tenants = new HashSet<>();
            for (Subscription subscription : subscriptions) {
                if (subscription.admit()) {
                    tenants.add(subscription.tenant());
                }
            }
            return tenants;
        } finally {
            lock.unlock();
        }
    }

    private void hand(List<WrittenEvent> page) {
        lock.lock();
        try {
            Map<String, Long> firstOfTenant = new HashMap<>();
            Map<UUID, Long> firstOfRun = new HashMap<>();
            for (WrittenEvent event : page) {
                long number = recent.add(event);
                firstOfTenant.putIfAbsent(event.tenant(), number);
                if (event.runId() != null) {
                    firstOfRun.putIfAbsent(event.runId(), number);
                }
            }
            for (Subscription subscription : subscriptions) {
                UUID runId = subscription.runId();
                Long first = runId == null ? firstOfTenant.get(subscription.tenant()) : firstOfRun.get(runId);
                if (first != null) {
                    subscription.thereIs(first);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        loop.stop();
        lock.lock();
        try {
            subscriptions.forEach(Subscription::wake);
        } finally {
            lock.unlock();
        }
    }

    /** The last to start and so the first to stop, before the web server waits for its requests. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
