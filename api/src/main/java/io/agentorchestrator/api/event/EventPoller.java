package io.agentorchestrator.api.event;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import io.agentorchestrator.store.transaction.StoreOutage;
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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads new events once for all subscribers of this process, and only while there are any. Each takes its own from {@link RecentEvents}. It
 * stops before the web server does, so that open streams end and the server has nothing to wait for. Thread-safe.
 */
@Component
@EnableConfigurationProperties(EventProperties.class)
final class EventPoller implements SmartLifecycle {
    /** Events read at once; where there are more, the next read follows at once. */
    private static final int PAGE_SIZE = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventPoller.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final EventReader events;
    private final EventProperties properties;
    private final JsonMapper json;
    private final Counter cutOff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition subscribed = lock.newCondition();
    /** Guarded by the lock, as what they hold is. */
    private final Set<Subscription> subscriptions = new HashSet<>();

    private final RecentEvents recent;
    private volatile boolean running;
    /** Up to here all who have joined were told. Of the polling thread; null while nobody has. */
    private @Nullable Position reached;

    private boolean storeIsAway;

    EventPoller(EventReader events, EventProperties properties, JsonMapper json, MeterRegistry metrics) {
        this.events = events;
        this.properties = properties;
        this.json = json;
        this.recent = new RecentEvents(properties.maxKept());
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
            if (!running) {
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
            subscriptions.add(subscription);
            subscribed.signal();
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

    private void loop() {
        try {
            while (running) {
                if (waitForSubscribers()) {
                    pollWhileSubscribed();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitForSubscribers() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            recent.clear();
            while (running && subscriptions.isEmpty()) {
                subscribed.await();
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void pollWhileSubscribed() throws InterruptedException {
        while (running && subscribers() > 0) {
            if (!pollOrWarn()) {
                Thread.sleep(properties.pollInterval());
            }
        }
        reached = null;
    }

    private boolean pollOrWarn() {
        try {
            boolean more = poll();
            storeIsAway = false;
            return more;
        } catch (RuntimeException | Error failure) {
            if (!StoreFailure.of(failure).isOutage()) {
                LOG.error("Events cannot be read through a fault of ours, trying on", failure);
            } else if (!storeIsAway) {
                LOG.warn("Events cannot be read, trying on: {}", StoreOutage.reason(failure));
                storeIsAway = true;
            }
            return false;
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
    public void start() {
        running = true;
        Thread.ofVirtual().name("event-poller").start(this::loop);
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            subscribed.signalAll();
            subscriptions.forEach(Subscription::wake);
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether streams may go on. */
    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start and so the first to stop, before the web server waits for its requests. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
