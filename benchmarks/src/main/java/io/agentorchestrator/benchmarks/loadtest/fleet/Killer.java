package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Strike;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Victim;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Kills with SIGKILL what its strikes say, when they say it; the supervisor starts it again. Thread-safe. */
public final class Killer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final StackLayout layout;
    private final LoadAgents agents;
    private final List<Strike> strikes;
    private final Instant start;
    private final Consumer<String> told;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);
    private final Thread thread = Thread.ofPlatform().name("killer").unstarted(this::run);

    /**
     * A killer, at work.
     *
     * @param start of the measured arrivals
     */
    public Killer(StackLayout layout, LoadAgents agents, List<Strike> strikes, Instant start, Consumer<String> told) {
        this.layout = layout;
        this.agents = agents;
        this.strikes = List.copyOf(strikes);
        this.start = start;
        this.told = told;
        thread.start();
    }

    private void run() {
        try {
            for (Strike strike : strikes) {
                long wait = Duration.between(Instant.now(), start.plus(strike.due()))
                        .toMillis();
                if (closed.await(Math.max(0, wait), TimeUnit.MILLISECONDS)) {
                    return;
                }
                if (kill(strike)) {
                    told.accept("kill -9 " + strike.victim());
                    synchronized (kills) {
                        kills.merge(strike.victim(), 1, Integer::sum);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean kill(Strike strike) throws InterruptedException {
        return switch (strike.victim()) {
            case API -> kill(Component.API);
            case WORKER -> kill(Component.WORKER);
            case TEMPORAL -> kill(Component.TEMPORAL);
            case POSTGRES -> kill(Component.POSTGRES);
            case REDIS -> kill(Component.REDIS);
            case AGENT -> {
                agents.kill(strike.member());
                yield true;
            }
        };
    }

    /** A component that is down already is waited for: each is killed alive. */
    private boolean kill(Component component) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            ProcessIdentity living =
                    ProcessIdentity.readLiving(layout.pidFile(component)).orElse(null);
            if (living != null) {
                return ProcessHandle.of(living.pid())
                        .map(ProcessHandle::destroyForcibly)
                        .orElse(false);
            }
            if (closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return false;
    }

    /** Waits for the last strike, which may wait for its victim to live again. */
    public void awaitEnd() throws InterruptedException {
        thread.join(PATIENCE.plus(PATIENCE));
    }

    /** Counts of kills, by victim. */
    public Map<Victim, Integer> kills() {
        synchronized (kills) {
            return new EnumMap<>(kills);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
