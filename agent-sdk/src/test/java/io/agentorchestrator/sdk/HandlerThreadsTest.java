package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandlerThreadsTest {
    /** More than there are carriers of virtual threads. */
    private static final int HANDLERS = Runtime.getRuntime().availableProcessors() + 1;

    @Test
    void handlersThatComputeRunAtTheSameTimeOnPlatformThreads() {
        AtomicInteger begun = new AtomicInteger();
        TaskHandler computing = task -> {
            begun.incrementAndGet();
            while (begun.get() < HANDLERS && !task.isCancelled()) {
                Thread.onSpinWait();
            }
            return begun.get();
        };

        try (TestAgent agent = new TestAgent(HANDLERS, Map.of("compute", computing), HandlerThreads.PLATFORM);
                FakeWorker worker = agent.worker()) {
            for (int number = 1; number <= HANDLERS; number++) {
                worker.start(task(ref(1), "compute"));
            }
            for (int number = 1; number <= HANDLERS; number++) {
                worker.await(MessageCase.ACCEPTED);
            }
            for (int number = 1; number <= HANDLERS; number++) {
                assertThat(worker.await(MessageCase.RESULT)
                                .getResult()
                                .getResult()
                                .toStringUtf8())
                        .isEqualTo(Integer.toString(HANDLERS));
            }
        }
    }

    @Test
    void aThreadIsOfTheKindAskedForAndKeepsNoProcess() {
        for (HandlerThreads threads : HandlerThreads.values()) {
            TaskHandler handler = _ -> Thread.currentThread().isVirtual() + " "
                    + Thread.currentThread().isDaemon();
            try (TestAgent agent = new TestAgent(1, Map.of("thread", handler), threads);
                    FakeWorker worker = agent.worker()) {
                worker.start(task(ref(1), "thread"));
                worker.await(MessageCase.ACCEPTED);
                assertThat(worker.await(MessageCase.RESULT)
                                .getResult()
                                .getResult()
                                .toStringUtf8())
                        .isEqualTo("\"" + (threads == HandlerThreads.VIRTUAL) + " true\"");
            }
        }
    }
}
