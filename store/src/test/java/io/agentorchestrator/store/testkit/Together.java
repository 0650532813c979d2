package io.agentorchestrator.store.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Races: several sides that play the same rounds at the same time, each a little late or early. */
public final class Together {
    private static final long MAX_STAGGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Together() {}

    /** What one side does in a round. */
    @FunctionalInterface
    public interface Side {
        void play(int round) throws Exception;
    }

    /**
     * Plays rounds 0 to before {@code groups * roundsPerGroup}, a thread for each side of each group. In a round all sides of a group
     * start at once. A side that fails fails the race.
     */
    public static void race(int groups, int roundsPerGroup, Side... sides)
            throws InterruptedException, ExecutionException {
        List<Callable<Void>> players = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            CyclicBarrier start = new CyclicBarrier(sides.length);
            for (Side side : sides) {
                players.add(player(side, group * roundsPerGroup, roundsPerGroup, start));
            }
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(players.size())) {
            for (Future<Void> player : pool.invokeAll(players)) {
                player.get();
            }
        }
    }

    private static Callable<Void> player(Side side, int first, int rounds, CyclicBarrier start) {
        return () -> {
            for (int round = first; round < first + rounds; round++) {
                start.await(1, TimeUnit.MINUTES);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_STAGGER_NANOS));
                side.play(round);
            }
            return null;
        };
    }
}
