package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.RealStack;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Kills the parts of a stack with SIGKILL, each in each round, in an order and at moments drawn from a seed. */
final class Killer implements Callable<Map<Killer.Victim, Integer>> {
    static final int ROUNDS = 3;
    private static final Duration FLEET_RETRY = Duration.ofMillis(500);

    enum Victim {
        WORKER,
        AGENT,
        FLEET_AGENT,
        API,
        REDIS,
        POSTGRES,
        TEMPORAL
    }

    private record Strike(Victim victim, long dueMillis, int member) {}

    private final RealStack stack;
    private final Fleet fleet;
    private final List<Strike> strikes;
    private final long startedNanos;
    private final CountDownLatch never = new CountDownLatch(1);
    private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);

    Killer(RealStack stack, Fleet fleet, long seed, Duration length, long startedNanos) {
        this.stack = stack;
        this.fleet = fleet;
        this.strikes = draw(new Random(seed), length);
        this.startedNanos = startedNanos;
    }

    /** In each of as many equal spans as there are strikes, one at a random moment. */
    private static List<Strike> draw(Random random, Duration length) {
        List<Victim> victims = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Victim> all = new ArrayList<>(Arrays.asList(Victim.values()));
            Collections.shuffle(all, random);
            victims.addAll(all);
        }
        long span = length.toMillis() / victims.size();
        List<Strike> strikes = new ArrayList<>();
        for (int i = 0; i < victims.size(); i++) {
            strikes.add(new Strike(victims.get(i), i * span + random.nextLong(span), random.nextInt(Fleet.AGENTS)));
        }
        return strikes;
    }

    @Override
    public Map<Victim, Integer> call() throws Exception {
        for (Strike strike : strikes) {
            await(strike.dueMillis() * 1_000_000 - (System.nanoTime() - startedNanos));
            System.out.printf("%6.1f s  kill -9 %s%n", (System.nanoTime() - startedNanos) / 1e9, strike.victim());
            kill(strike);
            kills.merge(strike.victim(), 1, Integer::sum);
        }
        return kills;
    }

    private void kill(Strike strike) throws Exception {
        switch (strike.victim()) {
            case WORKER -> stack.kill(Component.WORKER);
            case AGENT -> stack.kill(Component.SIMULATED_AGENT);
            case API -> stack.kill(Component.API);
            case REDIS -> stack.kill(Component.REDIS);
            case POSTGRES -> stack.kill(Component.POSTGRES);
            case TEMPORAL -> stack.kill(Component.TEMPORAL);
            case FLEET_AGENT -> {
                for (int member = strike.member(); !fleet.kill(member); member = (member + 1) % Fleet.AGENTS) {
                    await(FLEET_RETRY.toNanos());
                }
            }
        }
    }

    private void await(long nanos) throws InterruptedException {
        if (never.await(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("nobody counts it down");
        }
    }
}
