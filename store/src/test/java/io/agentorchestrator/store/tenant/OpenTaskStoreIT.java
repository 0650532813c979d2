package io.agentorchestrator.store.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.tenant.OpenTaskStore.ServedTypes;
import io.agentorchestrator.store.tenant.OpenTasks.Count;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTaskStoreIT {
    private static final ServedTypes ALL = new ServedTypes(Set.of("t"), (type, tenant, required) -> true);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final OpenTaskStore store = new OpenTaskStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    private UUID task(String type) {
        return submissions.task(type, Priority.NORMAL);
    }

    private void set(String column, String value, UUID task) {
        database.client()
                .sql("update task_state set " + column + " where task_id = ?")
                .params(value, task)
                .update();
    }

    @Test
    void anEmptyStoreHasNone() {
        assertThat(store.count(ALL).byTenant()).isEmpty();
        assertThat(store.count(ALL).total()).isEqualTo(Count.NONE);
        assertThat(store.count(ALL).of("anybody")).isEqualTo(Count.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUEUED", "RELEASED", "DISPATCHED", "RUNNING", "BACKOFF"})
    void whatCouldRunIsRunnable(String status) {
        set("status = ?::task_status", status, task("t"));

        assertThat(store.count(ALL).total()).isEqualTo(new Count(1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMPLETED", "FAILED", "CANCELLED"})
    void whatHasEndedIsNotOpen(String status) {
        set("status = ?::task_status", status, task("t"));

        assertThat(store.count(ALL).byTenant()).isEmpty();
    }

    @Test
    void whatWaitsForOthersIsParked() {
        submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "a"));

        assertThat(store.count(ALL).total()).isEqualTo(new Count(1, 2));
    }

    @Test
    void whatIsPausedIsParkedUnlessAnAgentHasIt() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"), Node.of("c"));
        database.client().sql("update run set paused = true").update();
        database.client()
                .sql("update task_state set status = 'RUNNING' where run_id = ? and task_index = 0")
                .param(run.runId())
                .update();
        database.client()
                .sql("update task_state set status = 'BACKOFF' where run_id = ? and task_index = 1")
                .param(run.runId())
                .update();
        task("t");

        assertThat(store.count(ALL).total()).isEqualTo(new Count(2, 2));
        // Paused and unserved is parked once.
        assertThat(store.count(new ServedTypes(Set.of(), (type, tenant, required) -> false))
                        .total())
                .isEqualTo(new Count(1, 3));
    }

    @Test
    void whatALimitOrABudgetHoldsIsParked() {
        set("held_by = ?", "LIMIT:model:opus", task("t"));
        set("held_by = ?", "BUDGET:P1", task("nobody"));
        task("t");
        RunKey paused = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        database.client().sql("update run set paused = true").update();
        database.client()
                .sql("update task_state set held_by = 'BUDGET:P1' where run_id = ?")
                .param(paused.runId())
                .update();

        assertThat(store.count(ALL).total()).isEqualTo(new Count(1, 3));
        assertThat(store.count(new ServedTypes(Set.of("t"), (type, tenant, required) -> false))
                        .total())
                .as("each once")
                .isEqualTo(new Count(1, 3));
        assertThat(new ClusterLoadStore(database.dataSource()).depths())
                .singleElement()
                .satisfies(depth -> assertThat(depth.queued()).isOne());
    }

    @Test
    void whatNobodyServesForItsTenantIsParked() {
        set("tenant = ?", "one", task("some"));
        set("tenant = ?", "two", task("some"));
        set("tenant = ?", "two", task("nobody"));
        set("tenant = ?", "two", task("t"));
        ServedTypes served =
                new ServedTypes(Set.of("t"), (type, tenant, required) -> type.equals("some") && tenant.equals("one"));

        assertThat(store.count(served).byTenant()).isEqualTo(Map.of("one", new Count(1, 0), "two", new Count(1, 2)));
    }

    /** Of a type that everybody is served, and of one of which a tenant is. */
    @Test
    void whatWaitsForASelectorThatNoAgentMeetsIsParked() {
        task("t");
        submissions.with(Scheduling.at(TaskSelector.parse("{\"region\":\"mars\"}")));
        task("t");
        task("t");
        set("held_by = ?", "LIMIT:model:opus", task("t"));
        set("tenant = ?", "one", task("some"));
        submissions.with(Scheduling.at(TaskSelector.parse("{\"region\":\"eu\"}")));
        task("t");
        set("tenant = ?", "one", task("t"));
        set("tenant = ?", "one", task("some"));
        ServedTypes served = new ServedTypes(
                Set.of("t"),
                (type, tenant, required) -> !"mars".equals(required.region())
                        && (type.equals("t") ? required.isEmpty() || tenant.equals("one") : tenant.equals("one")));

        assertThat(store.count(served).byTenant())
                .isEqualTo(Map.of("default", new Count(1, 4), "one", new Count(2, 1)));
    }

    @Test
    void limitsOfATenantReplaceThoseBefore() {
        TenantStore tenants = new TenantStore(database.dataSource());
        Instant before = database.client()
                .sql("select now()")
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .single();

        tenants.put("b", 1, new TenantLimits(5, null), "ann");
        tenants.put("a", 1, new TenantLimits(null, 7), "ann");
        tenants.put("b", 1, new TenantLimits(null, 9), "bob");

        List<StoredTenant> all = tenants.all();
        assertThat(all).extracting(StoredTenant::name).containsExactly("a", "b");
        assertThat(all.getLast().limits()).isEqualTo(new TenantLimits(null, 9));
        assertThat(all.getLast().updatedBy()).isEqualTo("bob");
        assertThat(all.getLast().updatedAt()).isAfterOrEqualTo(before);
        assertThat(all.getLast().weight()).isEqualTo(1);
    }

    @Test
    void apisCountThoseThatAreAlive() {
        ApiProcessStore apis = new ApiProcessStore(database.dataSource());

        assertThat(apis.beat("one")).isEqualTo(1);
        assertThat(apis.beat("two")).isEqualTo(2);
        assertThat(apis.beat("one")).isEqualTo(2);
        apis.leave("two");
        assertThat(apis.beat("one")).isEqualTo(1);
        apis.beat("two");
        database.client()
                .sql("update api_process set seen_at = now() - interval '1 minute' where process_id = 'two'")
                .update();
        assertThat(apis.beat("one")).isEqualTo(1);
        assertThat(database.client()
                        .sql("select count(*) from api_process")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }
}
