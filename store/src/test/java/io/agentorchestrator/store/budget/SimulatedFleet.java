package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.Claim;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.FollowUp;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Workers and agents in miniature: each worker claims, dispatches, and tells what agents say; some agents die in the middle of a task, having told of
 * a part of its cost, some stop in order, some outcomes come late. Counts what agents have charged, as a ledger of theirs would.
 */
final class SimulatedFleet {
    /** The cost of a task that completes. */
    static final long COST = 1_000;

    private static final long SEED = 20_261_130;

    private final TestDatabase database;
    private final BudgetUpkeep upkeep;
    private final BacklogStore backlog;
    private final BatchStore batches;
    private final OutcomeStore outcomes;
    /** By task and epoch, the most that its agent told. */
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong most = new AtomicLong();
    private boolean lossy = true;

    SimulatedFleet(TestDatabase database, Uuid7 ids, BudgetUpkeep upkeep) {
        this.database = database;
        this.upkeep = upkeep;
        this.backlog = new BacklogStore(
                database.dataSource(), ids, Limits.MAX_GROUP_SIZE, List.of(new BudgetGate(database.dataSource())));
        this.batches = new BatchStore(database.dataSource());
        this.outcomes = new OutcomeStore(database.dataSource());
    }

    SimulatedFleet lossless() {
        lossy = false;
        return this;
    }

    boolean takeOneOf(int all) {
        return taken.getAndIncrement() < all;
    }

    /** What agents have charged altogether. */
    long charged() {
        return told.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What attempts that ran at one time could have told beyond their reservations. */
    long mostBeyond() {
        return most.get();
    }

    /** Works until there is nothing left that the budget has room for. */
    void work(int worker, long budget) {
        Random random = new Random(SEED + worker);
        for (int idle = 0; idle < 3; ) {
            int put = upkeep.putInLine() + upkeep.pause();
            Claim claim = backlog.claim(FixedCredit.of("t", 20), 20, BacklogStore.Starts.ALL);
            database.client()
                    .sql("update run set status = 'RUNNING' where status = 'STARTING'")
                    .update();
            checkWithin(budget);
            int worked = 0;
            for (Out out : out()) {
                worked += dispatch("worker-" + worker, out, random, budget) ? 1 : 0;
            }
            boolean any = put + claim.tasks() + worked + out().size() > 0 || claim.more() || claim.busy();
            idle = any ? 0 : idle + 1;
        }
    }

    private void checkWithin(long budget) {
        Long running = database.client()
                .sql("select count(*) from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING')")
                .query(Long.class)
                .single();
        Long used = database.client().sql("""
                        select coalesce((select sum(cost_micro_usd) from charge), 0)::bigint
                          + coalesce((select sum(cost_micro_usd) from reservation_left), 0)::bigint
                        """).query(Long.class).single();
        most.accumulateAndGet(running * COST, Math::max);
        assertThat(used).as("spent and reserved").isLessThanOrEqualTo(budget + most.get());
    }

    private List<Out> out() {
        return database.client().sql("""
                        select s.run_id, s.run_number, s.task_index as index, r.kind, s.status = 'BACKOFF' as failed,
                          coalesce(s.error_code = 'BUDGET_EXCEEDED', false) as over
                        from task_state s join run r on r.run_id = s.run_id and r.run_number = s.run_number
                        where s.status in ('RELEASED', 'BACKOFF') order by random() limit 8
                        """).query(Records.of(Out.class)).list();
    }

    /** Brings a task to an agent, and lives through what comes of it; false if another worker was faster. */
    private boolean dispatch(String worker, Out out, Random random, long budget) {
        RunKey run = new RunKey(out.runId(), out.runNumber());
        if (out.failed()) {
            List<Decision.Failure> failures =
                    out.over() ? List.of(new Decision.Failure(out.index(), 1, "BUDGET_EXCEEDED")) : List.of();
            List<Integer> again = out.over() ? List.of() : List.of(out.index());
            outcomes.recordDecisions(run, failures, List.of(), again, false, Map.of());
            return true;
        }
        BatchTask task = batches.load(run, List.of(out.index())).getFirst();
        String refusal = task.allowance() == null ? null : task.allowance().refusal();
        Dispatch.Begun begun = begin(worker, run, task, task.epoch(), refusal == null ? "agent" : null);
        if (begun == null) {
            return false;
        }
        if (refusal != null) {
            record(run, out.kind(), task, begun, AttemptEnd.Outcome.FAILED, "BUDGET_EXCEEDED", 0);
            return true;
        }
        if (lossy && random.nextInt(6) == 0) {
            tell(task, begun, random.nextLong(COST));
            if (random.nextBoolean()) {
                // The agent stopped in order: another dispatch of the attempt, while the first one's outcome comes
                // late.
                Dispatch.Begun second = begin(worker, run, task, begun.epoch(), "agent");
                if (second == null) {
                    return false;
                }
                AttemptOutcome late =
                        outcome(task, begun, AttemptEnd.Outcome.FAILED, "LATE", charge(task, begun, COST / 2));
                outcomes.bookLate(run, List.of(late));
                begun = second;
            }
        }
        checkWithin(budget);
        if (lossy && random.nextInt(6) == 0) {
            long lost = tell(task, begun, random.nextLong(COST));
            record(run, out.kind(), task, begun, AttemptEnd.Outcome.FAILED, "AGENT_LOST", lost);
        } else {
            record(run, out.kind(), task, begun, AttemptEnd.Outcome.COMPLETED, null, charge(task, begun, COST));
        }
        return true;
    }

    private Dispatch.@Nullable Begun begin(
            String worker, RunKey run, BatchTask task, int epoch, @Nullable String agent) {
        List<Dispatch.Begun> begun =
                batches.dispatch(worker, Map.of(run, List.of(new Dispatch(task.taskId(), epoch, agent, null))));
        if (begun.isEmpty()) {
            return null;
        }
        batches.accepted(List.of(new Accepted(task.taskId(), begun.getFirst().epoch(), Duration.ZERO)));
        return begun.getFirst();
    }

    /** Brings a task to an agent that tells of this cost; what is to be stopped for it. */
    List<OverBudget> report(UUID taskId, String type, long cost) {
        backlog.claim(FixedCredit.of(type, 1), 1, BacklogStore.Starts.ALL);
        database.client()
                .sql("update run set status = 'RUNNING' where status = 'STARTING'")
                .update();
        RunKey run = database.client()
                .sql("select run_id, run_number from task_state where task_id = ?")
                .param(taskId)
                .query((row, number) -> Records.runKey(row))
                .single();
        BatchTask task = batches.load(run, List.of(0)).getFirst();
        Dispatch.Begun begun = task.epoch() > 0
                ? new Dispatch.Begun(taskId, task.attempt(), task.epoch(), 1)
                : begin("worker", run, task, 0, "agent");
        assertThat(begun).isNotNull();
        tell(task, begun, cost);
        return batches.overBudget(List.of(taskId));
    }

    private long tell(BatchTask task, Dispatch.Begun begun, long cost) {
        Usage usage = new Usage(charge(task, begun, cost), 0, 0);
        batches.saveReports(List.of(new TaskReport(
                task.tenant(), task.taskId(), begun.epoch(), begun.attempt(), "agent", null, null, usage, true)));
        return usage.costMicroUsd();
    }

    private long charge(BatchTask task, Dispatch.Begun begun, long cost) {
        return told.merge(task.taskId() + "/" + begun.epoch(), cost, Math::max);
    }

    private void record(
            RunKey run,
            RunKind kind,
            BatchTask task,
            Dispatch.Begun begun,
            AttemptEnd.Outcome outcome,
            @Nullable String code,
            long cost) {
        AttemptOutcome ended = outcome(task, begun, outcome, code, cost);
        List<Boolean> counts = new ArrayList<>();
        outcomes.record(
                List.of(new RunOutcomes(run, kind, List.of(ended), FollowUp.NONE, false)),
                recorded -> counts.add(recorded.getFirst().accepted().contains(task.index())));
        if (!counts.getFirst()) {
            outcomes.bookLate(run, List.of(ended)); // another worker has dispatched it meanwhile
        }
    }

    private static AttemptOutcome outcome(
            BatchTask task, Dispatch.Begun begun, AttemptEnd.Outcome outcome, @Nullable String code, long cost) {
        return new AttemptOutcome(
                task.taskId(),
                task.index(),
                begun.attempt(),
                begun.epoch(),
                "agent",
                outcome,
                code == null ? "{}" : null,
                code,
                code == null ? null : "it failed",
                code != null && !code.equals("BUDGET_EXCEEDED"),
                new Usage(cost, 0, 0),
                Duration.ZERO,
                null,
                true);
    }

    private record Out(UUID runId, int runNumber, int index, RunKind kind, boolean failed, boolean over) {}
}
