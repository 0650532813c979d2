package io.agentorchestrator.worker.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.store.testkit.TestPorts;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkersLifecycleTest {
    private int port;
    private WorkflowServiceStubs stubs;
    private WorkerFactory workers;
    private WorkersLifecycle life;

    @BeforeEach
    void workersOfATemporalThatIsAway() {
        port = TestPorts.free();
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .build());
        workers = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
        workers.newWorker("queue");
        life = new WorkersLifecycle(workers);
    }

    @AfterEach
    void end() {
        stubs.shutdownNow();
        assertThat(stubs.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void workersStartOnceTemporalIsThere() throws Exception {
        life.start();
        await().during(Duration.ofSeconds(2)).until(() -> !workers.isStarted());

        try (var _ = TestServer.createPortBoundServer(port)) {
            await().until(workers::isStarted);
            life.stop();
        }

        assertThat(workers.isTerminated()).isTrue();
        assertThat(life.isRunning()).isFalse();
    }

    @Test
    void workersThatNeverStartedEndAtOnce() {
        life.start();
        life.stop();

        assertThat(workers.isStarted()).isFalse();
        assertThat(life.isRunning()).isFalse();
    }
}
