package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Which process is killed when, drawn from a seed: in each minute or part of one, every victim once, in a random order. */
public final class KillSchedule {
    private static final Duration ROUND = Duration.ofMinutes(1);

    /** The part of the stack that is killed. */
    public enum Victim {
        /** The API. */
        API(Component.API),
        /** The worker. */
        WORKER(Component.WORKER),
        /** Temporal. */
        TEMPORAL(Component.TEMPORAL),
        /** PostgreSQL. */
        POSTGRES(Component.POSTGRES),
        /** Redis. */
        REDIS(Component.REDIS),
        /** One of the load agents. */
        AGENT(null);

        private final @Nullable Component component;

        Victim(@Nullable Component component) {
            this.component = component;
        }

        /** The component of the stack; null of a load agent. */
        @Nullable Component component() {
            return component;
        }
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
            List<Victim> all = new ArrayList<>(Arrays.asList(Victim.values()));
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
}
