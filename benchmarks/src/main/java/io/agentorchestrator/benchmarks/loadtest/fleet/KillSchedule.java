package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Which process is killed when, drawn from a seed: in each minute or part of one, every victim once, in a random order. */
public final class KillSchedule {
    private static final Duration ROUND = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(200);

    /** The part of the stack that is killed. */
    public enum Victim {
        /** The API. */
        API,
        /** The worker. */
        WORKER,
        /** Temporal. */
        TEMPORAL,
        /** PostgreSQL. */
        POSTGRES,
        /** Redis. */
        REDIS,
        /** One of the load agents. */
        AGENT
    }

    /**
     * One kill.
     *
     * @param due from the start of the measured arrivals
     * @param member which agent, where it is one
     */
    public record Strike(Victim victim, Duration due, int member) {}

    private KillSchedule() {}

    /** The strikes within a length of time, in order; each has its own span of it, so that they do not pile up. */
    public static List<Strike> draw(long seed, Duration length, int agents) {
        Random random = new Random(seed);
        int rounds = (int) Math.max(1, length.toMillis() / ROUND.toMillis());
        List<Victim> victims = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Victim> all = Arrays.asList(Victim.values());
            Collections.shuffle(all, random);
            victims.addAll(all);
        }
        long span = Math.max(1, length.toMillis() / victims.size());
        List<Strike> strikes = new ArrayList<>();
        for (int i = 0; i < victims.size(); i++) {
            strikes.add(new Strike(
                    victims.get(i), Duration.ofMillis(i * span + random.nextLong(span)), random.nextInt(agents)));
        }
        return List.copyOf(strikes);
    }

    /**
     * Kills with SIGKILL what the strikes say, when they say it; the supervisor starts it again. A component that is down already is waited for:
     * each is killed alive.
     *
     * @param start of the measured arrivals
     * @return counts of kills
     */
    public static Map<Victim, Integer> carryOut(
            List<Strike> strikes, Instant start, StackLayout layout, LoadAgents agents, Consumer<String> told)
            throws InterruptedException {
        Map<Victim, Integer> kills = new TreeMap<>();
        for (Strike strike : strikes) {
            Thread.sleep(Duration.between(Instant.now(), start.plus(strike.due())));
            boolean killed = true;
            if (strike.victim() == Victim.AGENT) {
                agents.kill(strike.member());
            } else {
                Path pidFile = layout.pidFile(Component.valueOf(strike.victim().name()));
                killed = Patience.until(
                        PATIENCE,
                        RETRY,
                        () -> ProcessIdentity.readLiving(pidFile)
                                .flatMap(living -> ProcessHandle.of(living.pid()))
                                .map(ProcessHandle::destroyForcibly)
                                .orElse(false));
            }
            if (killed) {
                told.accept("kill -9 " + strike.victim());
                kills.merge(strike.victim(), 1, Integer::sum);
            }
        }
        return kills;
    }
}
