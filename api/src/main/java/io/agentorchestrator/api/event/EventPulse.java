package io.agentorchestrator.api.event;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.store.event.EventReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells subscribers when there may be news. One thread asks the store for all of them, and only while there is one. It stops
 * before the web server does, so that open streams end and the server has nothing to wait for. Thread-safe.
 */
@Component
@EnableConfigurationProperties(EventProperties.class)
final class EventPulse implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EventPulse.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final EventReader events;
    private final EventProperties properties;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition subscribed = lock.newCondition();
    private final Set<Subscription> subscriptions = new HashSet<>();
    private volatile boolean running;
    private boolean storeIsAway;

    EventPulse(EventReader events, EventProperties properties, MeterRegistry metrics) {
        this.events = events;
        this.properties = properties;
        Gauge.builder("events.subscribers", this, EventPulse::subscribers)
                .description("Event streams that are open")
                .register(metrics);
    }

    /**
     * A place among the subscribers. It hears of all that is not yet visible when this returns.
     *
     * @throws ProblemException if there is none
     */
    Subscription subscribe(String tenant) {
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
            Subscription subscription = new Subscription(tenant, this::remove);
            subscriptions.add(subscription);
            subscribed.signal();
            return subscription;
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

    /** Without it no stream would ever hear of anything again: whatever goes wrong with one beat, there is a next. */
    private void beat() {
        try {
            while (running) {
                try {
                    if (waitForSubscribers()) {
                        beatWhileSubscribed();
                    }
                } catch (RuntimeException | Error e) {
                    LOG.error("Subscribers could not be told through a fault of ours, going on", e);
                    Thread.sleep(properties.pollInterval());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitForSubscribers() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running && subscriptions.isEmpty()) {
                subscribed.await();
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void beatWhileSubscribed() throws InterruptedException {
        // Whoever subscribed before the first horizon was seen has read up to an earlier one, perhaps.
        long seen = -1;
        while (running && subscribers() > 0) {
            seen = tell(seen);
            Thread.sleep(properties.pollInterval());
        }
    }

    /**
     * Rings where events have become visible since; the new horizon. It is read before the subscribers are: one that subscribes
     * after that reads the store at a later horizon.
     */
    private long tell(long seen) {
        try {
            long horizon = events.horizon();
            if (seen < 0) {
                ring(tenants());
            } else if (horizon > seen) {
                ring(events.tenantsWithEvents(tenants(), seen, horizon));
            }
            storeIsAway = false;
            return horizon;
        } catch (RuntimeException e) {
            if (!storeIsAway && StoreFailure.of(e).isOutage()) {
                LOG.warn("Events cannot be read, trying on: {}", StoreFailure.reason(e));
            } else if (!storeIsAway) {
                LOG.error("Events cannot be read through a fault of ours, trying on", e);
            }
            storeIsAway = true;
            return seen;
        }
    }

    private Set<String> tenants() {
        lock.lock();
        try {
            return subscriptions.stream().map(Subscription::tenant).collect(Collectors.toSet());
        } finally {
            lock.unlock();
        }
    }

    private void ring(Set<String> tenants) {
        lock.lock();
        try {
            for (Subscription subscription : subscriptions) {
                if (tenants.contains(subscription.tenant())) {
                    subscription.ring();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        running = true;
        Thread.ofVirtual().name("event-pulse").start(this::beat);
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            subscribed.signalAll();
            subscriptions.forEach(Subscription::ring);
        } finally {
            lock.unlock();
        }
    }

    /** Whether streams may go on. */
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
