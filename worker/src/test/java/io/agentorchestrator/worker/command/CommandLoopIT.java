package io.agentorchestrator.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.CommandSignal;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandLoopIT {
    private final RunsFixture runs = new RunsFixture();
    private final CommandLoop loop = loop();
    private final CommandLoop other = loop();

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void close() {
        loop.stop();
        other.stop();
        runs.close();
    }

    @Test
    void deliversToARunningRunInTheOrderOfTheCommands() {
        RunKey run = runs.started();

        List<UUID> commands = List.of(pause(run), resume(run), cancel(run));

        Awaitility.await().until(() -> commands.stream().allMatch(this::isAcknowledged));
        assertThat(delivered()).containsExactlyElementsOf(commands);
    }

    @Test
    void tellsTheRunWhatWasCommanded() {
        RunKey run = runs.started();

        UUID command = cancel(run);

        Awaitility.await().until(() -> isAcknowledged(command));
        assertThat(runs.temporal.signals).singleElement().isInstanceOfSatisfying(CommandSignal.class, told -> {
            assertThat(told.kind()).isEqualTo(CommandSignal.Kind.CANCEL);
            assertThat(told.tasks()).isEmpty();
            assertThat(told.code()).isEqualTo("CANCELLED");
            assertThat(told.reason()).isEqualTo("test");
            assertThat(told.sequence()).isPositive();
        });
    }

    @Test
    void startsTheRunThatACommandMeetsBeforeItsFirstRelease() {
        RunKey run = runs.pending();

        UUID command = pause(run);

        Awaitility.await().until(() -> isAcknowledged(command));
        assertThat(runs.status(run)).isEqualTo("RUNNING");
        assertThat(runs.describe(run))
                .isEqualTo(new WorkflowDescription.Is(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING));
    }

    @Test
    void waitsForARunThatSomebodyElseIsStarting() {
        RunKey run = runs.pending();
        setStatus(run, "STARTING");

        UUID command = pause(run);

        Awaitility.await().during(Duration.ofMillis(300)).until(() -> !isAcknowledged(command));
        setStatus(run, "PENDING");
        Awaitility.await().until(() -> isAcknowledged(command));
    }

    @Test
    void losesNoCommandWhileTemporalIsAway() {
        RunKey running = runs.started();
        RunKey pending = runs.pending();
        runs.temporal.goAway();

        List<UUID> commands = List.of(pause(running), cancel(running), pause(pending));

        Awaitility.await().until(() -> runs.temporal.missed.size() >= 4);
        assertThat(commands).noneMatch(this::isAcknowledged);

        runs.temporal.comeBack();
        takeOverStarts();
        Awaitility.await().until(() -> commands.stream().allMatch(this::isAcknowledged));
        assertThat(delivered()).containsAll(commands);
    }

    @Test
    void suspectsARunThatTemporalDoesNotHaveAndKeepsTheCommand() {
        RunKey run = runs.lost();

        UUID command = pause(run);

        Awaitility.await()
                .untilAsserted(() -> assertThat(runs.reconciliation.takeUnverified(Duration.ofHours(1), 10))
                        .extracting(open -> open.key())
                        .containsExactly(run));
        assertThat(isAcknowledged(command)).isFalse();
    }

    @Test
    void acknowledgesWhatTheEndOfTheRunHasOvertaken() {
        RunKey run = runs.started();
        runs.temporal.goAway();
        UUID command = cancel(run);
        setStatus(run, "COMPLETED");
        runs.temporal.comeBack();

        Awaitility.await().until(() -> isAcknowledged(command));
    }

    @Test
    void aCancelWaitsForAStartThatWasOnItsWayWhenItsRunEnded() {
        RunKey run = runs.pending();
        RunStart start = runs.begin(run);

        UUID command = cancel(run);

        assertThat(runs.status(run)).isEqualTo("CANCELLED");
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> !isAcknowledged(command));
        boolean _ = runs.starter.start(start);
        Awaitility.await().until(() -> isAcknowledged(command));
        assertThat(delivered()).containsExactly(command);
    }

    @Test
    void twoWorkersDeliverEveryCommand() {
        other.start();
        List<RunKey> keys = List.of(runs.started(), runs.started(), runs.started(), runs.started());

        List<UUID> commands = keys.stream().map(this::cancel).toList();

        Awaitility.await().until(() -> commands.stream().allMatch(this::isAcknowledged));
        assertThat(delivered()).containsAll(commands);
    }

    private CommandLoop loop() {
        return CommandLoops.of(runs, new WakeSignal());
    }

    private List<UUID> delivered() {
        return runs.temporal.signals.stream()
                .map(signal -> ((CommandSignal) signal).commandId())
                .toList();
    }

    private UUID pause(RunKey run) {
        return id(runs.commands.pauseDag(RunsFixture.TENANT, "me", run.runId(), "test"));
    }

    private UUID resume(RunKey run) {
        return id(runs.commands.resumeDag(RunsFixture.TENANT, "me", run.runId(), "test"));
    }

    private UUID cancel(RunKey run) {
        return id(runs.commands.cancelDag(RunsFixture.TENANT, "me", run.runId(), "test"));
    }

    private static UUID id(CommandAnswer answer) {
        assertThat(answer).isInstanceOf(CommandAnswer.Accepted.class);
        return ((CommandAnswer.Accepted) answer).command().commandId();
    }

    private boolean isAcknowledged(UUID command) {
        return runs.commands
                .find(RunsFixture.TENANT, command)
                .map(StoredCommand::acknowledgedAt)
                .isPresent();
    }

    /** What release's sweep does after a while. */
    private void takeOverStarts() {
        runs.starts.takeOverStuck(Duration.ofMillis(-1), 10).forEach(start -> {
            boolean _ = runs.starter.start(start);
        });
    }

    private void setStatus(RunKey run, String status) {
        runs.database
                .client()
                .sql("update run set status = ?::run_status where run_id = ?")
                .params(status, run.runId())
                .update();
    }
}
