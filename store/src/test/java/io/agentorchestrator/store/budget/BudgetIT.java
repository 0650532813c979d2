package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.budget.BudgetChanges.NewLimits;
import io.agentorchestrator.store.budget.CostStore.Cost;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetIT {
    private static final int TASKS = 200;
    private static final int AFFORDABLE = 50;
    private static final long BUDGET = AFFORDABLE * SimulatedFleet.COST;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final PeriodBudgetStore periods = new PeriodBudgetStore(database.dataSource());
    private final BudgetUpkeep upkeep = new BudgetUpkeep(database.dataSource(), ids);
    private final SimulatedFleet fleet = new SimulatedFleet(database, ids, upkeep);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keepsTheBudgetOfATenantWhoeverSubmitsAndWhateverIsLost() throws Exception {
        period("hourly", BUDGET, List.of());
        Submissions submissions = new Submissions(database.dataSource());

        Together.Side[] submitters = new Together.Side[64];
        Arrays.fill(submitters, submitter(submissions));
        Together.race(1, (TASKS + 63) / 64, submitters);
        Together.race(1, 1, round -> fleet.work(1, BUDGET), round -> fleet.work(2, BUDGET));

        long spent = ledger();
        assertThat(spent).isEqualTo(fleet.charged());
        assertThat(spent).isLessThanOrEqualTo(BUDGET + fleet.mostBeyond());
        assertThat(spent).isGreaterThan(BUDGET - 2 * SimulatedFleet.COST);
        assertThat(reserved()).isZero();
        assertThat(count("status = 'QUEUED' and held_by like 'BUDGET:P%'")).isGreaterThan(TASKS - AFFORDABLE - 1);
        assertThat(count("not needs_claim")).isZero();
        assertThat(summedUp()).isEqualTo(spent);
    }

    @Test
    void failsWhatTheBudgetOfItsDagDoesNotSufficeFor() throws Exception {
        UUID dag = dag(BUDGET, OnBudgetExceeded.FAIL);

        Together.race(1, 1, round -> fleet.work(1, BUDGET), round -> fleet.work(2, BUDGET));

        assertThat(ledger()).isEqualTo(fleet.charged()).isEqualTo(spentOf(dag));
        assertThat(ledger()).isBetween(BUDGET - 2 * SimulatedFleet.COST, BUDGET + fleet.mostBeyond());
        assertThat(reserved()).isZero();
        assertThat(count("status = 'COMPLETED'")).isLessThanOrEqualTo(AFFORDABLE);
        assertThat(count("status = 'FAILED' and error_code = 'BUDGET_EXCEEDED'"))
                .isEqualTo(TASKS - count("status = 'COMPLETED'"));
    }

    @Test
    void pausesADagUntilItsBudgetIsRaised() throws Exception {
        UUID dag = dag(BUDGET, OnBudgetExceeded.PAUSE);
        BudgetChanges changes = new BudgetChanges(database.dataSource(), ids);

        fleet.work(1, BUDGET);

        assertThat(upkeep.pause()).as("it is paused once").isZero();
        assertThat(paused(dag)).isTrue();
        assertThat(changes.ofDag("other", "me", dag, Change.NONE, new NewLimits(BUDGET * 10, null)))
                .isEqualTo(new Changed.NotFound());
        assertThat(changes.ofDag("default", "me", dag, Change.NONE, new NewLimits(BUDGET * 10, null)))
                .isEqualTo(new Changed.Done());
        assertThat(paused(dag)).isFalse();
        fleet.work(1, BUDGET * 10);
        assertThat(count("status = 'COMPLETED'")).isEqualTo(TASKS);
        assertThat(ledger()).isEqualTo(fleet.charged());
        assertThat(reserved()).isZero();
        assertThat(changes.ofDag("default", "me", dag, Change.NONE, new NewLimits(1L, null)))
                .isEqualTo(new Changed.Ended("COMPLETED"));
    }

    @Test
    void letsTasksInLineAgainOnceThereIsRoom() throws Exception {
        period("hourly", 0L, List.of());
        Submissions submissions = new Submissions(database.dataSource());
        submissions.task("t", Priority.NORMAL);
        fleet.work(1, 0);
        assertThat(count("held_by <> ''")).isOne();

        period("hourly", BUDGET, List.of());

        fleet.work(1, BUDGET);
        assertThat(count("status = 'COMPLETED'")).isOne();
    }

    @Test
    void holdsSomePrioritiesBackBeforeTheRest() throws Exception {
        period("daily", 10 * SimulatedFleet.COST, List.of(Priority.LOW));
        Submissions submissions = new Submissions(database.dataSource());
        submissions.task("t", Priority.LOW);
        fleet.lossless().work(1, BUDGET); // from now on it is known what a task costs
        IntStream.range(0, 8).forEach(n -> submissions.task("t", Priority.LOW));
        fleet.work(1, BUDGET);
        assertThat(count("status = 'COMPLETED'")).isEqualTo(8);

        submissions.task("t", Priority.CRITICAL);
        submissions.task("t", Priority.CRITICAL);
        submissions.task("t", Priority.CRITICAL);
        fleet.work(1, BUDGET);

        assertThat(count("status = 'COMPLETED' and priority = 'CRITICAL'")).isEqualTo(2);
        assertThat(count("status = 'QUEUED' and priority = 'LOW'")).isOne();
        assertThat(periods.find("default", "daily").orElseThrow().spentMicroUsd())
                .isEqualTo(10 * SimulatedFleet.COST);
    }

    @Test
    void stopsAnAttemptThatTellsOfMoreThanThereIs() {
        UUID task = new Submissions(database.dataSource())
                .with(Scheduling.budgeted(new BudgetTerms(1_000L, null, OnBudgetExceeded.FAIL)))
                .task("dear", Priority.NORMAL);

        assertThat(fleet.report(task, "dear", 1_000)).isEmpty();
        assertThat(fleet.report(task, "dear", 1_001))
                .singleElement()
                .satisfies(stop -> assertThat(stop.fails()).isTrue())
                .satisfies(stop -> assertThat(stop.why()).contains("0.001001 USD of 0.001 USD"));
    }

    @Test
    void stopsAnAttemptThatTellsOfMoreThanItsPeriodHas() throws Exception {
        period("hourly", 1_000L, List.of());
        Submissions submissions = new Submissions(database.dataSource());
        UUID first = submissions.task("dear", Priority.NORMAL);
        UUID second = submissions.task("dear", Priority.NORMAL);
        assertThat(fleet.report(first, "dear", 600)).isEmpty();

        assertThat(fleet.report(second, "dear", 400)).isEmpty();
        assertThat(fleet.report(second, "dear", 401))
                .singleElement()
                .satisfies(stop -> assertThat(stop.fails())
                        .as("it goes on in the next hour")
                        .isFalse())
                .satisfies(stop -> assertThat(stop.why()).contains("'hourly'", "0.001001 USD of 0.001 USD"));
        database.client().sql("""
                insert into charge
                select task_id, 0, tenant, dag_id, task_type, agent_type, 600, 0, 0, true, charged_at from charge where task_id = ?
                """).param(second).update();
        assertThat(fleet.report(second, "dear", 402))
                .singleElement()
                .satisfies(stop ->
                        assertThat(stop.fails()).as("no hour suffices for it").isTrue());
    }

    @Test
    void stopsWhatWasOutBeforeItHadABudget() throws Exception {
        UUID task = new Submissions(database.dataSource()).task("dear", Priority.NORMAL);
        assertThat(fleet.report(task, "dear", 600)).isEmpty();
        period("hourly", 1_000L, List.of());

        assertThat(fleet.report(task, "dear", 1_000)).isEmpty();
        assertThat(fleet.report(task, "dear", 1_001)).hasSize(1);
    }

    @Test
    void sumsCostsUpByWhateverIsAsked() throws Exception {
        UUID dag = dag(BUDGET, OnBudgetExceeded.FAIL);
        fleet.work(1, BUDGET);
        CostStore costs = new CostStore(database.dataSource());
        Instant now = Instant.now();
        for (Set<CostStore.Group> by : List.of(
                Set.<CostStore.Group>of(),
                Set.of(CostStore.Group.TENANT, CostStore.Group.DAY),
                Set.of(CostStore.Group.TASK_TYPE, CostStore.Group.AGENT_TYPE),
                Set.of(CostStore.Group.DAG))) {
            List<Cost> rows = costs.costs("default", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), by)
                    .rows();
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().costMicroUsd().longValue()).isEqualTo(ledger());
            assertThat(rows.getFirst().names().keySet()).isEqualTo(by);
        }
        assertThat(costs.costs(
                                "other",
                                now.minus(Duration.ofDays(1)),
                                now.plus(Duration.ofDays(1)),
                                Set.of(CostStore.Group.DAG))
                        .rows())
                .isEmpty();
        assertThat(costs.costs("default", now, now.plus(Duration.ofDays(1)), Set.of(CostStore.Group.DAG))
                        .rows()
                        .getFirst()
                        .names())
                .isEqualTo(Map.of(CostStore.Group.DAG, dag.toString()));
        database.client()
                .sql("update spending set hour = hour - interval '1 day'")
                .update();
        long before = summedUp();
        assertThat(upkeep.mergeSpending()).isPositive();
        assertThat(summedUp()).isEqualTo(before);
        assertThat(upkeep.mergeSpending()).isZero();
    }

    @Test
    void saysThatThereAreMoreSumsThanItTells() {
        CostStore costs = new CostStore(database.dataSource());
        Instant now = Instant.now();
        charges(CostStore.MAX_ROWS);
        for (boolean truncated : List.of(false, true)) {
            CostStore.Costs told = costs.costs(
                    "default",
                    now.minus(Duration.ofDays(1)),
                    now.plus(Duration.ofDays(1)),
                    Set.of(CostStore.Group.DAG));
            assertThat(told.rows()).hasSize(CostStore.MAX_ROWS);
            assertThat(told.truncated()).isEqualTo(truncated);
            charges(1);
        }
        assertThat(costs.costs(null, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), Set.of())
                        .rows())
                .singleElement()
                .satisfies(all -> assertThat(all.names()).isEmpty());
    }

    private void charges(int dags) {
        database.client().sql("""
                        insert into charge (task_id, epoch, tenant, dag_id, task_type, agent_type, cost_micro_usd, input_tokens, output_tokens, is_recorded,
                          charged_at)
                        select uuidv7(), 1, 'default', uuidv7(), 't', 't', 1, 0, 0, true, now() from generate_series(1, ?)
                        """).param(dags).update();
    }

    private Together.Side submitter(Submissions submissions) {
        return round -> {
            if (fleet.takeOneOf(TASKS)) {
                submissions.task("t", Priority.NORMAL);
            }
        };
    }

    private UUID dag(long budget, OnBudgetExceeded then) {
        Node[] nodes = IntStream.range(0, TASKS).mapToObj(n -> Node.of("k" + n)).toArray(Node[]::new);
        return new Submissions(database.dataSource())
                .with(new Scheduling(true))
                .withDagBudget(new BudgetTerms(budget, null, then))
                .dag(OnFailure.CANCEL_DEPENDENTS, "{}", nodes)
                .runId();
    }

    private void period(String name, long cost, List<Priority> heldBackFirst) {
        assertThat(periods.set(
                        "default",
                        new PeriodBudget(
                                name, PeriodBudget.Period.DAY, cost, null, heldBackFirst, Instant.now(), "test")))
                .isTrue();
    }

    private boolean paused(UUID dag) {
        return database.client()
                .sql("select paused from run where run_id = ?")
                .param(dag)
                .query(Boolean.class)
                .single();
    }

    private long ledger() {
        return number("select coalesce(sum(cost_micro_usd), 0)::bigint from charge");
    }

    private long summedUp() {
        return number("select coalesce(sum(cost_micro_usd), 0)::bigint from spending");
    }

    private long spentOf(UUID account) {
        return number("select spent_micro_usd from budget_account where account_id = '" + account + "'");
    }

    private long reserved() {
        return number("select count(*) from budget_reservation");
    }

    private int count(String condition) {
        return (int) number("select count(*) from task_state where " + condition);
    }

    private long number(String sql) {
        return database.client().sql(sql).query(Long.class).single();
    }
}
