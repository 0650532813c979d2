package io.agentorchestrator.worker.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.forecast.DeadlineRiskStore;
import io.agentorchestrator.store.forecast.DeadlineRiskStore.Kind;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineRiskSweepIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final SettingStore store = new SettingStore(database.dataSource());
    private final LiveSettings settings = new LiveSettings(store::all);
    private final DeadlineRiskSweep sweep = new DeadlineRiskSweep(database.dataSource(), settings);
    private final DeadlineRiskStore risks = new DeadlineRiskStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTaskThatTakesLongerThanItHasIsToldOfOnce() {
        measured("t", 100);
        UUID late = withDeadline(60);
        withDeadline(3_600);
        withDeadline(null);

        sweep.sweep();
        sweep.sweep();

        assertThat(warned()).containsExactly(late.toString());
        assertThat(risks.count()).isEqualTo(Map.of(Kind.TASK, 1, Kind.DAG, 0));
    }

    @Test
    void anotherDeadlineIsToldOfAnewAndOneThatCanBeMetIsForgotten() {
        measured("t", 100);
        UUID task = withDeadline(60);
        sweep.sweep();
        deadline(task, 70);
        sweep.sweep();
        assertThat(warned()).containsExactly(task.toString(), task.toString());

        deadline(task, 3_600);
        sweep.sweep();

        assertThat(risks.count().get(Kind.TASK)).isZero();
    }

    @Test
    void aTypeThatWasNotMeasuredSaysNothingAndNeitherDoesTheFlagOff() {
        withDeadline(1);
        sweep.sweep();
        assertThat(warned()).isEmpty();

        measured("t", 100);
        store.put(FeatureFlags.CRITICAL_PATH_ANALYSIS.setting(), false, "test");
        boolean _ = settings.refresh();
        sweep.sweep();
        assertThat(warned()).isEmpty();
    }

    @Test
    void aDagWhosePathIsLongerThanItHasIsToldOfOnceForAllItsTasks() {
        RunKey dag = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS,
                "{}",
                Submissions.Node.of("a"),
                Submissions.Node.of("b", "a"),
                Submissions.Node.of("c", "b"));
        database.client()
                .sql(
                        "update dag set deadline = now() + interval '1 minute', critical_path_seconds = 300, critical_path_sigma = 10")
                .update();
        database.client()
                .sql(
                        "update task_state s set deadline = d.deadline, path_millis = 300000 - 100000 * s.task_index from dag d")
                .update();

        sweep.sweep();
        sweep.sweep();

        assertThat(warned()).containsExactly("dag " + dag.runId());
        assertThat(risks.count()).isEqualTo(Map.of(Kind.TASK, 0, Kind.DAG, 1));
        database.client().sql("update run set status = 'COMPLETED'").update();
        database.client().sql("update task_state set status = 'COMPLETED'").update();
        sweep.sweep();
        assertThat(risks.count().get(Kind.DAG)).isZero();
    }

    private void measured(String type, double seconds) {
        new TypeTimeStore(database.dataSource())
                .merge(List.of(new TypeTimeStore.Measured(type, seconds, seconds * seconds + 1, 100)));
    }

    private UUID withDeadline(@Nullable Integer seconds) {
        UUID task = submissions.task("t", Priority.NORMAL);
        if (seconds != null) {
            deadline(task, seconds);
        }
        return task;
    }

    private void deadline(UUID task, int seconds) {
        database.client()
                .sql("update task_state set deadline = now() + ? * interval '1 second' where task_id = ?")
                .params(seconds, task)
                .update();
    }

    /** Tasks and DAGs that events warn of, in their order. */
    private List<String> warned() {
        return database.client()
                .sql(
                        "select coalesce(task_id::text, 'dag ' || run_id) from event where warning = 'DEADLINE_AT_RISK' order by xid, sequence")
                .query(String.class)
                .list();
    }
}
