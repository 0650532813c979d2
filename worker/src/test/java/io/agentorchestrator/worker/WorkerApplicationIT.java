package io.agentorchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application, with Temporal's test server in the process and no agent. */
@SpringBootTest(properties = {"server.port=0", "spring.temporal.test-server.enabled=true"})
class WorkerApplicationIT {
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();

    private final Submissions submissions = new Submissions(DATABASE.dataSource());
    private final CommandStore commands = new CommandStore(DATABASE.dataSource(), new Uuid7(Clock.systemUTC()));

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("orchestrator.database.url", DATABASE::jdbcUrl);
        properties.add("orchestrator.database.user", () -> TestDatabase.USER);
        properties.add("orchestrator.database.password", () -> TestDatabase.PASSWORD);
    }

    @Test
    void aCancelReachesADagThatNothingHasStartedYet() {
        RunKey run = dag();

        cancel(run);

        awaitStatus(run, "CANCELLED");
    }

    @Test
    void aLostRunIsFoundAndGoesOnUntilItIsCancelled() {
        RunKey run = dag();
        assertThat(new CommandDelivery(DATABASE.dataSource()).beginStart(run)).isPresent();
        new RunStartStore(DATABASE.dataSource()).started(List.of(run));
        new RunReconciliation(DATABASE.dataSource()).suspect(run);

        RunKey next = new RunKey(run.runId(), 2);
        awaitStatus(next, "RUNNING");
        cancel(run);

        awaitStatus(next, "CANCELLED");
    }

    private RunKey dag() {
        return submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
    }

    private void cancel(RunKey run) {
        assertThat(commands.cancelDag("default", "me", run.runId(), "enough"))
                .isInstanceOf(CommandAnswer.Accepted.class);
    }

    private static void awaitStatus(RunKey run, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(DATABASE.client()
                                .sql("select status::text from run where run_id = ? and run_number = ?")
                                .params(run.runId(), run.runNumber())
                                .query(String.class)
                                .optional())
                        .hasValue(status));
    }
}
