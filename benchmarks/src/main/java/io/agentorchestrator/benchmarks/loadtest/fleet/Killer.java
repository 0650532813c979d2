package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Strike;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Victim;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Kills with SIGKILL what its strikes say, when they say it; the supervisor starts it again. Thread-safe. */
public final class Killer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(200);
    private final StackLayout layout;
    private final LoadAgents agents;
    private final Map<Victim, Integer> kills = new ConcurrentHashMap<>();
    private final Thread thread;

    /**
     * A killer, at work.
     *
     * @param start of the measured arrivals
     */
    public Killer(StackLayout layout, LoadAgents agents, List<Strike> strikes, Instant start, Consumer<String> told) {
        this.layout = layout;
        this.agents = agents;
        thread = Thread.ofPlatform().name("killer").start(() -> {
            try {
                for (Strike strike : strikes) {
                    Thread.sleep(Duration.between(Instant.now(), start.plus(strike.due())));
                    if (kill(strike)) {
                        told.accept("kill -9 " + strike.victim());
                        kills.merge(strike.victim(), 1, Integer::sum);
                    }
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** A component that is down already is waited for: each is killed alive. */
    private boolean kill(Strike strike) throws InterruptedException {
        Component component = strike.victim().component();
        if (component == null) {
            agents.kill(strike.member());
            return true;
        }
        return Patience.until(
                PATIENCE,
                RETRY,
                () -> ProcessIdentity.readLiving(layout.pidFile(component))
                        .flatMap(living -> ProcessHandle.of(living.pid()))
                        .map(ProcessHandle::destroyForcibly)
                        .orElse(false));
    }

    /** Waits for the last strike, which may wait for its victim to live again. */
    public void awaitEnd() throws InterruptedException {
        thread.join(PATIENCE.plus(PATIENCE));
    }

    /** Counts of kills, by victim. */
    public Map<Victim, Integer> kills() {
        return new TreeMap<>(kills);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
