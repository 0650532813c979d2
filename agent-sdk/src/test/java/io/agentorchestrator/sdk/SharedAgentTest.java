package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.sdk.SlotDivision.Need;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that keep to their limits share one agent. */
@Timeout(60)
class SharedAgentTest {
    private static final int TASKS_EACH = 1_000;

    @Test
    void refusesNothingWhileEveryWorkerHasTasksThatWait() throws Exception {
        runThrough(8, 3);
    }

    @Test
    void refusesNothingAndStarvesNobodyWithFewerSlotsThanWorkers() throws Exception {
        runThrough(2, 5);
    }

    private static void runThrough(int slots, int workers) throws Exception {
        List<Worker> all = new ArrayList<>();
        try (TestAgent agent = new TestAgent(slots);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < workers; worker++) {
                all.add(new Worker(agent.worker()));
            }
            all.forEach(Worker::sayDemand);
            all.forEach(Worker::hearAll); // the agent knows what waits at each
            all.forEach(Worker::hearAll); // and each what the agent made of that
            int[] expected = SlotDivision.limits(slots, Collections.nCopies(workers, new Need(0, TASKS_EACH)));
            await().untilAsserted(() -> assertThat(all.stream().mapToInt(worker -> worker.stream.startLimit()))
                    .containsExactly(IntStream.of(expected).boxed().toArray(Integer[]::new)));
            List<Future<Integer>> refusals = all.stream().map(threads::submit).toList();

            for (Future<Integer> refused : refusals) {
                assertThat(refused.get()).isZero();
            }
            assertThat(agent.mostAtOnce()).isLessThanOrEqualTo(slots);
            assertThat(agent.executions()).isEqualTo(workers * TASKS_EACH);
        } finally {
            all.forEach(worker -> worker.stream.close());
        }
    }

    /** Starts what its limit allows, and says what waits whenever that has changed. */
    private static final class Worker implements Callable<Integer> {
        private final FakeWorker stream;
        private int waiting = TASKS_EACH;
        private int running;
        private int limit;

        Worker(FakeWorker stream) {
            this.stream = stream;
        }

        void sayDemand() {
            stream.demand(waiting);
        }

        /** All that the agent has said by now: it answers in order. */
        void hearAll() {
            stream.attach(ref(1));
            stream.await(MessageCase.UNKNOWN);
        }

        @Override
        public Integer call() throws InterruptedException {
            int refused = 0;
            limit = stream.startLimit();
            startWhatMay();
            while (waiting > 0 || running > 0) {
                FromAgent message = stream.raw().poll(10, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError(
                            "starved with " + waiting + " waiting and " + running + " running of " + limit);
                }
                switch (message.getMessageCase()) {
                    case LOAD -> limit = message.getLoad().getStartLimit();
                    case RESULT -> running--;
                    case REFUSED -> {
                        refused++;
                        running--;
                        waiting++;
                    }
                    case WELCOME, ACCEPTED, UNKNOWN, PROGRESS, CHECKPOINT, USAGE, ERROR, MESSAGE_NOT_SET -> {}
                }
                startWhatMay();
            }
            return refused;
        }

        private void startWhatMay() {
            boolean started = false;
            while (waiting > 0 && running < limit) {
                waiting--;
                running++;
                started = true;
                stream.start(task(ref(1), "echo"));
            }
            if (started) {
                sayDemand();
            }
        }
    }
}
