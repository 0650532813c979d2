package io.agentorchestrator.store.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandRaceIT {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());
    private static final List<Decision.Cancellation> BOTH = List.of(
            new Decision.Cancellation(0, "CANCELLED", "by hand"), new Decision.Cancellation(1, "CANCELLED", "by hand"));

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final CommandStore commands = new CommandStore(database.dataSource(), IDS);
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final BatchStore batches = new BatchStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void cancelAgainstResultEndsEachTaskOnceAndCountsExactly() throws Exception {
        List<RunKey> runs = submissions.dags(600, OnFailure.CONTINUE, Node.of("a"), Node.of("b"));
        database.client().sql("update run set status = 'RUNNING'").update();
        database.client().sql("update task_state set status = 'RELEASED'").update();

        Together.race(
                2,
                300,
                round -> dispatchAndComplete(runs.get(round)),
                round -> cancelAsThePlannerWould(runs.get(round)),
                round -> outcomes.cancelUnoffered(runs.get(round), BOTH));

        assertThat(texts("""
                select distinct r.status || ' ' || r.open_count || ' ' || r.cancelled_count || ' ' || s.cancelled || ' ' || s.open
                from run r join (select run_id, count(*) filter (where status = 'CANCELLED') as cancelled,
                                   count(*) filter (where status not in ('COMPLETED', 'FAILED', 'CANCELLED')) as open
                                 from task_state group by run_id) s on s.run_id = r.run_id
                """)).isSubsetOf("COMPLETED 0 0 0 0", "CANCELLED 0 1 1 0", "CANCELLED 0 2 2 0");
        assertThat(texts("""
                select task_id::text from event where status in ('COMPLETED', 'FAILED', 'CANCELLED') and task_id is not null
                group by task_id having count(*) <> 1
                """)).isEmpty();
        assertThat(texts("select count(*)::text from event where status in ('COMPLETED', 'CANCELLED')"))
                .containsExactly(String.valueOf(3 * runs.size()));
        assertThat(texts("""
                select e.task_id || ' ' || string_agg(e.status, ' ' order by e.xid, e.sequence)
                from event e join task_state s on s.task_id = e.task_id
                group by e.task_id, s.status
                having (array_agg(e.status order by e.xid desc, e.sequence desc))[1] <> s.status::text
                """))
                .as("tasks whose last event is not where they ended")
                .isEmpty();
        assertThat(texts("select distinct status::text from task_state")).isSubsetOf("COMPLETED", "CANCELLED");
    }

    @Test
    void aTaskIsEitherCancelledInItsRowOrByACommandToTheRunThatTookIt() throws Exception {
        List<UUID> tasks = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            // A type each, so that the claim of a round is after the very task that is cancelled in it.
            tasks.add(submissions.task("t" + i, Priority.NORMAL));
        }
        BacklogStore backlog = new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE);

        Together.race(
                1,
                tasks.size(),
                round -> commands.cancelTask("default", "ann", tasks.get(round), "why"),
                round -> backlog.claim(credit("t" + round), 1, BacklogStore.Starts.ALL));

        assertThat(texts("""
                select distinct s.status || ' ' || (s.run_id is not distinct from c.run_id) || ' ' ||
                  (c.acknowledged_at is null) || ' ' || c.task_indexes::text
                from task_state s join command c on c.task_id = s.task_id
                """)).isSubsetOf("CANCELLED true false {}", "CANCELLED true true {0}");
        assertThat(texts("select count(*)::text from command")).containsExactly(String.valueOf(tasks.size()));
    }

    @Test
    void aRunIsPausedIffItsLastCommandSaysSo() throws Exception {
        UUID dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a")).runId();
        Together.Side toggle = round -> {
            if (ThreadLocalRandom.current().nextBoolean()) {
                commands.pauseDag("default", "ann", dag, "");
            } else {
                commands.resumeDag("default", "ann", dag, "");
            }
        };

        Together.race(1, 250, toggle, toggle, toggle, toggle);

        List<String> kinds = texts("select kind from command where acknowledged_at is null order by sequence");
        assertThat(kinds).hasSizeGreaterThan(50);
        for (int i = 1; i < kinds.size(); i++) {
            assertThat(kinds.get(i)).isNotEqualTo(kinds.get(i - 1));
        }
        assertThat(texts("select case when paused then 'PAUSE' else 'RESUME' end from run"))
                .containsExactly(kinds.getLast());
    }

    private void dispatchAndComplete(RunKey run) {
        List<BatchTask> tasks = batches.load(run, List.of(0, 1));
        for (Dispatch.Begun begun : batches.dispatch(
                "worker-1",
                Map.of(
                        run,
                        tasks.stream()
                                .map(task -> new Dispatch(task.taskId(), task.epoch(), "agent-1", null))
                                .toList()))) {
            BatchTask task = tasks.stream()
                    .filter(candidate -> candidate.taskId().equals(begun.taskId()))
                    .findFirst()
                    .orElseThrow();
            AttemptOutcome outcome = Attempts.outcome(task, begun, AttemptEnd.Outcome.COMPLETED);
            Attempts.record(outcomes, run, RunKind.DAG, List.of(outcome));
        }
    }

    private void cancelAsThePlannerWould(RunKey run) {
        commands.cancelDag("default", "ann", run.runId(), "why");
        if (ThreadLocalRandom.current().nextBoolean()) {
            outcomes.recordDecisions(run, List.of(), BOTH, List.of(), false, Map.of());
        } else {
            outcomes.cancelUnoffered(run, BOTH);
        }
    }

    private static FixedCredit credit(String type) {
        return FixedCredit.of(type, 1);
    }

    private List<String> texts(String sql) {
        return database.client().sql(sql).query(String.class).list();
    }
}
