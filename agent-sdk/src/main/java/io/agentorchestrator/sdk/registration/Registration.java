package io.agentorchestrator.sdk.registration;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the agent and sends heartbeats for as long as it lives. While the API is away it keeps trying; when the API
 * has forgotten the agent, it registers anew and gets another identity. Thread-safe.
 */
public final class Registration implements AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    private final AgentDescription description;
    private final @Nullable String enrolmentToken;
    private final IntSupplier activeTasks;
    private final RegistryClient client;
    private final Thread loop;

    private volatile @Nullable Identity identity;
    private volatile boolean draining;
    private volatile boolean closed;
    private boolean wanted;

    private Registration(
            URI orchestrator, AgentDescription description, @Nullable String enrolmentToken, IntSupplier activeTasks) {
        this.description = description;
        this.enrolmentToken = enrolmentToken;
        this.activeTasks = activeTasks;
        this.client = new RegistryClient(orchestrator);
        this.loop = Thread.ofVirtual().name("registration").unstarted(this::keepRegistered);
    }

    /**
     * Starts to register in the background.
     *
     * @param activeTasks asked at every heartbeat
     */
    public static Registration start(
            URI orchestrator, AgentDescription description, @Nullable String enrolmentToken, IntSupplier activeTasks) {
        Registration registration = new Registration(orchestrator, description, enrolmentToken, activeTasks);
        registration.loop.start();
        return registration;
    }

    /** Null until the first registration; the former one until a new one has taken its place. */
    public @Nullable Identity identity() {
        return identity;
    }

    /** Tells the orchestrator at once, and with every later heartbeat, that this agent takes no more tasks. */
    public synchronized void drain() {
        draining = true;
        wanted = true;
        notifyAll();
    }

    /** Stops the heartbeats and deregisters, if the API answers. */
    @Override
    public void close() {
        closed = true;
        loop.interrupt();
        try {
            loop.join(CLOSE_WITHIN);
            Identity last = identity;
            if (last != null) {
                client.deregister(last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }

    private void keepRegistered() {
        try {
            Duration interval = register();
            while (!closed) {
                pause(interval);
                interval = heartbeat(interval);
            }
        } catch (InterruptedException e) {
            if (!closed) {
                LOG.error("Registration was interrupted; this agent will be taken for lost", e);
            }
        }
    }

    /** Tries until it succeeds; returns the interval of heartbeats. */
    private Duration register() throws InterruptedException {
        Duration retry = FIRST_RETRY;
        String lastReason = "";
        while (true) {
            RegistryAnswer answer = client.register(description, enrolmentToken);
            if (answer instanceof RegistryAnswer.Registered(Identity registered, Duration interval)) {
                identity = registered;
                LOG.info("Registered as agent {} at {}", registered, description.address());
                return interval;
            }
            if (answer instanceof RegistryAnswer.Failed(String reason) && !reason.equals(lastReason)) {
                LOG.warn("Not registered yet, trying on: {}", reason);
                lastReason = reason;
            }
            pause(jittered(retry));
            retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
        }
    }

    private Duration heartbeat(Duration interval) throws InterruptedException {
        Identity current = identity;
        if (current == null) {
            return register();
        }
        RegistryAnswer answer =
                client.heartbeat(current, activeTasks.getAsInt(), description.maxConcurrentTasks(), draining);
        return switch (answer) {
            case RegistryAnswer.Known(Duration next) -> next;
            case RegistryAnswer.Forgotten() -> {
                LOG.info("The orchestrator does not know agent {} any more; registering anew", current);
                yield register();
            }
            case RegistryAnswer.Failed(String reason) -> {
                LOG.warn("A heartbeat was not taken: {}", reason);
                yield interval;
            }
            case RegistryAnswer.Registered registered -> registered.heartbeatInterval();
        };
    }

    /** Waits, but not when a heartbeat is wanted at once. */
    private synchronized void pause(Duration duration) throws InterruptedException {
        long until = System.nanoTime() + duration.toNanos();
        while (!wanted) {
            long leftMillis = Duration.ofNanos(until - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                break;
            }
            wait(leftMillis);
        }
        wanted = false;
    }

    private static Duration jittered(Duration retry) {
        long millis = retry.toMillis();
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
