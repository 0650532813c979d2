package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RerunRaceIT {
    private static final int ROUNDS = 500;
    private static final RetryRequest PLAIN = new RetryRequest(List.of(), Map.of(), "");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final CommandStore commands = new CommandStore(database.dataSource(), DagInTest.IDS);
    private final CrossRunDependents dependents = new CrossRunDependents(database.dataSource());
    private final DagRerun rerun = new DagRerun(database.dataSource(), DagInTest.IDS);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void ofTwoRivalsOneGetsTheRunAndTheOtherIsToldThatItHasNotEnded() throws Exception {
        List<RunKey> runs = submissions.dags(ROUNDS, OnFailure.CONTINUE, Node.of("a"), Node.of("b", "a"));
        database.client()
                .sql("update task_state set status = 'FAILED', attempt = 3")
                .update();
        database.client()
                .sql("update run set status = 'FAILED', open_count = 0, failed_count = 2")
                .update();
        Queue<RetryAnswer> answers = new ConcurrentLinkedQueue<>();
        RetryRequest changed = new RetryRequest(List.of(), Map.of("a", new NewPayload("{}", false)), "");

        Together.race(
                2,
                ROUNDS / 2,
                round -> answers.add(
                        rerun.retry("default", "ann", runs.get(round).runId(), PLAIN)),
                round -> answers.add(
                        rerun.retry("default", "bob", runs.get(round).runId(), changed)));

        assertThat(answers.stream().filter(RetryAnswer.Started.class::isInstance))
                .hasSize(ROUNDS);
        assertThat(answers.stream().filter(answer -> answer.equals(new RetryAnswer.NotEnded("PENDING"))))
                .hasSize(ROUNDS);
        assertThat(texts("select count(*)::text from run")).containsExactly(String.valueOf(2 * ROUNDS));
        assertThat(texts("""
                select distinct concat_ws(' ', r.open_count, r.failed_count, s.tasks, s.queued, s.waiting_on)
                from run r
                join (select run_id, count(*) as tasks, count(*) filter (where status = 'QUEUED') as queued,
                        sum(waiting_on) as waiting_on
                      from task_state where run_number = 2 and run_id is not null group by run_id) s on s.run_id = r.run_id
                where r.run_number = 2
                """)).containsExactly("2 0 2 1 1");
        assertThat(texts("select state || ' ' || count(*) from dead_letter where state = 'OPEN' group by state"))
                .isEmpty();
    }

    @Test
    void aRetryAgainstACancelLeavesTheFurtherRunEitherOpenOrCancelled() throws Exception {
        List<RunKey> runs = submissions.dags(ROUNDS, OnFailure.CONTINUE, Node.of("a"), Node.of("b", "a"));
        for (RunKey run : runs) {
            commands.cancelDag("default", "ann", run.runId(), "first");
        }

        Together.race(
                2,
                ROUNDS / 2,
                round -> rerun.retry("default", "ann", runs.get(round).runId(), PLAIN),
                round -> commands.cancelDag("default", "ann", runs.get(round).runId(), "second"));

        assertThat(texts("""
                select distinct concat_ws(' ', r.status, r.open_count, r.cancelled_count, r.cancel_all, s.open, c.cancels)
                from run r
                join (select run_id, count(*) filter (where status not in ('COMPLETED', 'FAILED', 'CANCELLED')) as open
                      from task_state group by run_id) s on s.run_id = r.run_id
                cross join lateral (select count(*) as cancels from command
                                    where run_id = r.run_id and run_number = 2 and kind = 'CANCEL') c
                where r.run_number = 2
                """)).isSubsetOf("PENDING 2 0 f 2 0", "CANCELLED 0 2 t 0 1");
    }

    @Test
    void aParentThatCompletesWhileItsChildIsRunAgainIsCountedOnce() throws Exception {
        List<UUID> parents = new ArrayList<>();
        List<RunKey> runs = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            UUID parent = submissions.task("t", Priority.NORMAL);
            parents.add(parent);
            runs.add(submissions.dag(
                    OnFailure.CONTINUE, "{}", Map.of("a", List.of(parent)), Node.of("a"), Node.of("b", "a")));
        }
        database.client().sql("update task_dependency set settled_at = now()").update();
        database.client()
                .sql("update task_state set status = 'CANCELLED' where run_id is not null")
                .update();
        database.client().sql("update run set status = 'CANCELLED'").update();

        Together.race(
                2,
                ROUNDS / 2,
                round -> rerun.retry("default", "ann", runs.get(round).runId(), PLAIN),
                round -> {
                    database.client()
                            .sql("update task_state set status = 'COMPLETED' where task_id = ?")
                            .param(parents.get(round))
                            .update();
                    dependents.propagate(List.of(parents.get(round)));
                });

        assertThat(texts("select distinct concat_ws(' ', task_index, status, waiting_on) from task_state"
                        + " where run_number = 2"))
                .containsExactlyInAnyOrder("0 QUEUED 0", "1 WAITING 1");
        assertThat(texts("select parent_id::text from task_dependency where settled_at is null"))
                .isEmpty();
    }

    private List<String> texts(String sql) {
        return database.client().sql(sql).query(String.class).list();
    }
}
