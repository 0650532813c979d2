package io.agentorchestrator.worker.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.worker.command.CommandLoops;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.SmartLifecycle;

class DeadlineSweepIT {
    private final RunsFixture runs = new RunsFixture();
    private final WakeSignal commandWake = new WakeSignal();
    private final SmartLifecycle commands = CommandLoops.of(runs, commandWake);
    private final DeadlineSweep sweep = sweep();
    private final DeadlineSweep other = sweep();

    @AfterEach
    void close() {
        sweep.stop();
        other.stop();
        commands.stop();
        runs.close();
    }

    @Test
    void aTaskInNoRunFails() {
        UUID task = new Submissions(runs.database.dataSource()).task("t", Priority.NORMAL);
        overdue("task_id = '" + task + "'");

        start();

        Awaitility.await()
                .untilAsserted(() -> assertThat(runs.database
                                .client()
                                .sql("select concat_ws(' ', status, error_code) from task_state where task_id = ?")
                                .param(task)
                                .query(String.class)
                                .single())
                        .isEqualTo("FAILED DEADLINE_EXCEEDED"));
    }

    @Test
    void aRunIsToldWhichOfItsTasksAreLate() {
        RunKey run = runs.started();
        overdue("run_id = '" + run.runId() + "' and task_index = 1");

        start();

        Awaitility.await().until(() -> acknowledged() == 1);
        assertThat(runs.temporal.signals).singleElement().isInstanceOfSatisfying(CommandSignal.class, told -> {
            assertThat(told.kind()).isEqualTo(CommandSignal.Kind.EXPIRE);
            assertThat(told.tasks()).containsExactly(1);
            assertThat(told.code()).isEqualTo(EndCodes.DEADLINE_EXCEEDED);
        });
    }

    @Test
    void aRunThatNothingHasStartedIsStartedAndTold() {
        RunKey run = runs.pending();
        overdue("run_id = '" + run.runId() + "'");

        start();

        Awaitility.await().until(() -> acknowledged() == 1);
        assertThat(runs.status(run)).isEqualTo("RUNNING");
        assertThat(told()).containsExactly(List.of(0, 1));
    }

    @Test
    void aRunThatIsBeingStartedIsToldOnceItHas() {
        RunKey run = runs.pending();
        var start = runs.begin(run);
        overdue("run_id = '" + run.runId() + "' and task_index = 1");

        start();

        Awaitility.await().during(Duration.ofMillis(300)).until(() -> acknowledged() == 0);
        boolean _ = runs.starter.start(start);
        Awaitility.await().until(() -> acknowledged() == 1);
        assertThat(told()).containsExactly(List.of(1));
    }

    @Test
    void nobodyIsToldOfARunThatHasEndedMeanwhile() {
        RunKey run = runs.started();
        overdue("run_id = '" + run.runId() + "' and task_index = 1");
        assertThat(new DeadlineStore(runs.database.dataSource()).expire(10).commanded())
                .isEqualTo(1);
        runs.database
                .client()
                .sql("update run set status = 'COMPLETED' where run_id = ?")
                .param(run.runId())
                .update();

        start();

        Awaitility.await().until(() -> acknowledged() == 1);
        assertThat(runs.temporal.signals).isEmpty();
    }

    @Test
    void nothingIsLostWhileTemporalIsAway() {
        RunKey run = runs.started();
        runs.temporal.goAway();
        overdue("run_id = '" + run.runId() + "' and task_index = 1");

        start();

        Awaitility.await().until(() -> !runs.temporal.missed.isEmpty());
        assertThat(acknowledged()).isZero();
        runs.temporal.comeBack();
        Awaitility.await().until(() -> acknowledged() == 1);
        assertThat(told()).containsExactly(List.of(1));
    }

    @Test
    void twoSweepsTellARunOnce() {
        List<RunKey> keys = List.of(runs.started(), runs.started(), runs.started(), runs.started());
        overdue("task_index = 1");

        other.start();
        start();

        Awaitility.await().until(() -> acknowledged() == keys.size());
        assertThat(told()).hasSize(keys.size());
    }

    private DeadlineSweep sweep() {
        return new DeadlineSweep(new DeadlineStore(runs.database.dataSource()), commandWake);
    }

    private void start() {
        commands.start();
        sweep.start();
    }

    private void overdue(String which) {
        runs.database
                .client()
                .sql("update task_state set deadline = now() - interval '1 second' where " + which)
                .update();
    }

    private int acknowledged() {
        return runs.database
                .client()
                .sql("select count(*) from command where kind = 'EXPIRE' and acknowledged_at is not null")
                .query(Integer.class)
                .single();
    }

    private List<List<Integer>> told() {
        return runs.temporal.signals.stream()
                .map(signal -> ((CommandSignal) signal).tasks())
                .toList();
    }
}
