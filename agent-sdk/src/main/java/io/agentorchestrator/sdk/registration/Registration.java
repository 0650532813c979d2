package io.agentorchestrator.sdk.registration;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
    private final Semaphore wanted = new Semaphore(0);

    private volatile @Nullable Identity identity;
    private volatile boolean draining;
    private volatile boolean closed;
    private String lastFailure = "";
    private String lastMistake = "";

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
    public void drain() {
        draining = true;
        wanted.release();
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
            RegistryAnswer.Registered registered = register();
            while (!closed) {
                pause(registered.heartbeatInterval());
                registered = heartbeat(registered);
            }
        } catch (InterruptedException e) {
            if (!closed) {
                LOG.error("Registration was interrupted; this agent will be taken for lost", e);
            }
        }
    }

    /** Tries until it succeeds. */
    private RegistryAnswer.Registered register() throws InterruptedException {
        Duration retry = FIRST_RETRY;
        String lastReason = "";
        while (true) {
            switch (answer(() -> client.register(description, enrolmentToken))) {
                case RegistryAnswer.Registered registered -> {
                    identity = registered.identity();
                    LOG.info("Registered as agent {} at {}", identity, description.address());
                    return registered;
                }
                case RegistryAnswer.Failed(String reason, boolean _) -> {
                    if (!reason.equals(lastReason)) {
                        LOG.warn("Not registered yet, trying on: {}", reason);
                        lastReason = reason;
                    }
                }
            }
            pause(jittered(retry));
            retry = Collections.min(List.of(retry.multipliedBy(2), LAST_RETRY));
        }
    }

    private RegistryAnswer.Registered heartbeat(RegistryAnswer.Registered current) throws InterruptedException {
        RegistryAnswer answer = answer(() -> client.heartbeat(
                current.identity(), activeTasks.getAsInt(), description.maxConcurrentTasks(), draining));
        return switch (answer) {
            case RegistryAnswer.Registered registered -> {
                lastFailure = "";
                yield registered;
            }
            case RegistryAnswer.Failed(String _, boolean forgotten)
            when forgotten -> {
                LOG.info("The orchestrator does not know agent {} any more; registering anew", current.identity());
                yield register();
            }
            case RegistryAnswer.Failed(String reason, boolean _) -> {
                if (!reason.equals(lastFailure)) {
                    LOG.warn("Heartbeats are not taken, trying on: {}", reason);
                    lastFailure = reason;
                }
                yield current;
            }
        };
    }

    /** Anything that a call throws is a reason to try again, or this agent would go on unregistered without a word. */
    private RegistryAnswer answer(Call call) throws InterruptedException {
        try {
            return call.answer();
        } catch (RuntimeException mistaken) {
            String reason = mistaken.toString();
            if (!reason.equals(lastMistake)) {
                LOG.error("A call of the registry met a programming error; it is tried again", mistaken);
                lastMistake = reason;
            }
            return new RegistryAnswer.Failed(reason, false);
        }
    }

    /** One call of the registry. */
    private interface Call {
        RegistryAnswer answer() throws InterruptedException;
    }

    /** Waits, but not when a heartbeat is wanted at once. */
    private void pause(Duration duration) throws InterruptedException {
        boolean _ = wanted.tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Duration jittered(Duration retry) {
        long millis = retry.toMillis();
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
