package io.agentorchestrator.store.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.CommandSignal.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandDeliveryIT {
    private static final Duration LONG = Duration.ofHours(1);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final CommandStore commands = new CommandStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final CommandDelivery delivery = new CommandDelivery(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void deliversInTheOrderOfAcceptanceAndEachOnceInATime() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"));
        commands.pauseDag("default", "ann", run.runId(), "hold");
        commands.resumeDag("default", "ann", run.runId(), "go");
        commands.cancelTask("default", "ann", task(run, 1), "why");

        List<OpenCommand> taken = delivery.take(2, LONG);

        assertThat(taken).extracting(OpenCommand::kind).containsExactly(Kind.PAUSE, Kind.RESUME);
        assertThat(taken).isSortedAccordingTo((a, b) -> Long.compare(a.sequence(), b.sequence()));
        assertThat(delivery.take(10, LONG)).singleElement().satisfies(cancel -> {
            assertThat(cancel.kind()).isEqualTo(Kind.CANCEL);
            assertThat(cancel.run()).isEqualTo(run);
            assertThat(cancel.runKind()).isEqualTo(RunKind.DAG);
            assertThat(cancel.runStatus()).isEqualTo(RunStatus.PENDING);
            assertThat(cancel.tasks()).containsExactly(1);
            assertThat(cancel.code() + " " + cancel.reason()).isEqualTo("CANCELLED why");
        });
        assertThat(delivery.take(10, LONG)).isEmpty();
    }

    @Test
    void repeatsWhatIsNotAcknowledgedAndNothingElse() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        commands.pauseDag("default", "ann", run.runId(), "");
        commands.resumeDag("default", "ann", run.runId(), "");
        List<UUID> ids =
                delivery.take(10, LONG).stream().map(OpenCommand::commandId).toList();

        delivery.acknowledged(ids.subList(0, 1));

        assertThat(delivery.take(10, Duration.ZERO))
                .extracting(OpenCommand::commandId)
                .containsExactly(ids.get(1));
        assertThat(delivery.take(10, LONG)).isEmpty();
        delivery.again(ids);
        assertThat(delivery.take(10, LONG)).extracting(OpenCommand::commandId).containsExactly(ids.get(1));
        assertThat(commands.find("default", ids.getFirst()).orElseThrow().acknowledgedAt())
                .isNotNull();
    }

    @Test
    void reachesTheLatestRun() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        database.client().sql("update run set status = 'RUNNING'").update();
        commands.pauseDag("default", "ann", run.runId(), "");
        new RunReconciliation(database.dataSource()).restart(run);

        assertThat(delivery.take(10, LONG)).singleElement().satisfies(command -> {
            assertThat(command.run()).isEqualTo(new RunKey(run.runId(), 2));
            assertThat(command.runStatus()).isEqualTo(RunStatus.STARTING);
        });
    }

    @Test
    void dropsCommandsOfRunsThatRetentionHasTaken() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        UUID command = ((CommandAnswer.Accepted) commands.cancelDag("default", "ann", run.runId(), ""))
                .command()
                .commandId();
        database.client().sql("delete from run").update();

        assertThat(delivery.take(10, LONG)).isEmpty();
        assertThat(commands.find("default", command).orElseThrow().acknowledgedAt())
                .isNotNull();
    }

    @Test
    void startsARunThatHasNotBegunWithoutReleasesAndOnlyOnce() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        commands.pauseDag("default", "ann", run.runId(), "");

        assertThat(delivery.beginStart(run)).hasValueSatisfying(start -> {
            assertThat(start.key()).isEqualTo(run);
            assertThat(start.released()).isEmpty();
            assertThat(start.taskKeys()).containsExactly("a");
            assertThat(start.resumed()).isNull();
        });
        assertThat(delivery.beginStart(run)).isEmpty();
        assertThat(new RunStartStore(database.dataSource()).takeOverStuck(Duration.ZERO, 10))
                .singleElement()
                .satisfies(start -> assertThat(start.key()).isEqualTo(run));
    }

    private UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }
}
