package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int CHUNKS = 10;

    private final BodyMemory memory = new BodyMemory((CHUNKS - 1) * CHUNK_BYTES);

    @Test
    void whoFindsItUsedUpIsTurnedAwayAndKeepsWhatItHas() {
        try (MemoryShare others = memory.share();
                MemoryShare late = memory.share()) {
            others.holdInAll(9 * CHUNK_BYTES);

            assertThatThrownBy(() -> late.holdInAll(2 * CHUNK_BYTES)).isInstanceOf(ProblemException.class);

            assertThat(memory.heldBytes()).isEqualTo(10 * CHUNK_BYTES);
        }
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void ofRequestsThatWantAllOfItTogetherOneGetsItEveryTime() throws Exception {
        int requests = 8;
        int rounds = 50;
        CyclicBarrier together = new CyclicBarrier(requests);
        try (ExecutorService executor = Executors.newFixedThreadPool(requests)) {
            List<Future<List<Boolean>>> served = new ArrayList<>();
            for (int n = 0; n < requests; n++) {
                served.add(executor.submit(() -> {
                    List<Boolean> rightNow = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        together.await();
                        rightNow.add(takeAll());
                        together.await();
                    }
                    return rightNow;
                }));
            }
            List<List<Boolean>> all = new ArrayList<>();
            for (Future<List<Boolean>> each : served) {
                all.add(each.get());
            }
            for (int round = 0; round < rounds; round++) {
                int now = round;
                assertThat(all).as("round %d", round).anyMatch(each -> each.get(now));
            }
        }
        assertThat(memory.heldBytes()).isZero();
    }

    /** Piece by piece, as a body comes. */
    private boolean takeAll() {
        try (MemoryShare share = memory.share()) {
            for (int chunks = 1; chunks <= CHUNKS; chunks++) {
                share.holdInAll((long) chunks * CHUNK_BYTES);
                LockSupport.parkNanos(10_000);
            }
            return true;
        } catch (ProblemException _) {
            return false;
        }
    }
}
