package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.RetryAnswer;
import io.agentorchestrator.store.rerun.RetryRequest;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of those who have an ended DAG run again at the same time, one does. */
class ResumeRaceIT {
    private static final int GROUPS = 2;
    private static final int ROUNDS = 150;
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), IDS);
    private final DagRerun rerun = new DagRerun(database.dataSource(), IDS);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoFailedNodesOfOneDag() throws Exception {
        List<RunKey> runs = endedDags(OnFailure.CANCEL_DEPENDENTS);

        twoNodes(runs);

        assertThat(failures.texts("select distinct state::text from dead_letter"))
                .containsExactlyInAnyOrder("REPROCESSED", "OPEN");
    }

    @Test
    void twoFailedNodesOfOneDagThatFailsFast() throws Exception {
        List<RunKey> runs = endedDags(OnFailure.FAIL_FAST);

        twoNodes(runs);

        assertThat(failures.texts("select distinct state::text from dead_letter"))
                .containsExactlyInAnyOrder("REPROCESSED", "RERUN");
    }

    @Test
    void aNodeAgainstARetryOfTheDag() throws Exception {
        List<RunKey> runs = endedDags(OnFailure.CONTINUE);
        List<EntryId> entries =
                failures.entries(runs.stream().map(run -> failures.task(run, 0)).toList());
        AtomicReferenceArray<ReprocessAnswer> resumed = new AtomicReferenceArray<>(runs.size());
        AtomicReferenceArray<RetryAnswer> retried = new AtomicReferenceArray<>(runs.size());

        Together.race(
                GROUPS,
                ROUNDS,
                round -> resumed.set(round, store.reprocess("default", "ann", entries.get(round), true)),
                round -> retried.set(
                        round,
                        rerun.retry(
                                "default", "bob", runs.get(round).runId(), new RetryRequest(List.of(), Map.of(), ""))));

        int resumes = 0;
        for (int round = 0; round < runs.size(); round++) {
            if (resumed.get(round) instanceof ReprocessAnswer.Created) {
                resumes++;
                assertThat(retried.get(round)).isEqualTo(new RetryAnswer.NotEnded("PENDING"));
            } else {
                assertThat(resumed.get(round)).isEqualTo(new ReprocessAnswer.DagNotEnded("PENDING"));
                assertThat(retried.get(round)).isInstanceOf(RetryAnswer.Started.class);
            }
        }
        assertThat(resumes).isBetween(1, runs.size() - 1);
        assertOneFurtherRunEach(runs);
        assertThat(failures.text("select count(*)::text from task where reprocessed_from is not null"))
                .isEqualTo(String.valueOf(resumes));
    }

    private void twoNodes(List<RunKey> runs) throws Exception {
        AtomicReferenceArray<ReprocessAnswer> first = new AtomicReferenceArray<>(runs.size());
        AtomicReferenceArray<ReprocessAnswer> second = new AtomicReferenceArray<>(runs.size());

        Together.race(
                GROUPS,
                ROUNDS,
                round -> first.set(round, resume(runs.get(round), 0)),
                round -> second.set(round, resume(runs.get(round), 1)));

        int firsts = 0;
        for (int round = 0; round < runs.size(); round++) {
            boolean firstWon = first.get(round) instanceof ReprocessAnswer.Created;
            firsts += firstWon ? 1 : 0;
            assertThat(firstWon ? first.get(round) : second.get(round)).isInstanceOf(ReprocessAnswer.Created.class);
            assertThat(firstWon ? second.get(round) : first.get(round))
                    .isEqualTo(new ReprocessAnswer.DagNotEnded("PENDING"));
        }
        assertThat(firsts).isBetween(1, runs.size() - 1);
        assertOneFurtherRunEach(runs);
        assertThat(failures.text("select count(*)::text from task where reprocessed_from is not null"))
                .isEqualTo(String.valueOf(runs.size()));
    }

    private ReprocessAnswer resume(RunKey run, int index) {
        EntryId entry = failures.entry(node(run, index));
        return store.reprocess("default", "ann", entry, true);
    }

    /** The node's first task, whether or not another has taken its place. */
    private UUID node(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task where dag_id = ? and key = ? and reprocessed_from is null")
                .params(run.runId(), index == 0 ? "a" : "b")
                .query(UUID.class)
                .single();
    }

    private void assertOneFurtherRunEach(List<RunKey> runs) {
        assertThat(failures.texts("select distinct max(run_number)::text from run group by run_id"))
                .containsExactly("2");
        assertThat(failures.text("select count(*)::text from run where run_number = 2"))
                .isEqualTo(String.valueOf(runs.size()));
        assertThat(failures.texts("""
                select run_id::text from task_state where run_id is not null group by run_id, task_index
                having count(*) <> 1
                """))
                .as("places in a DAG that two tasks have")
                .isEmpty();
    }

    /** DAGs of two nodes that both failed. */
    private List<RunKey> endedDags(OnFailure onFailure) {
        List<RunKey> runs = submissions.dags(GROUPS * ROUNDS, onFailure, Node.of("a"), Node.of("b"));
        database.client()
                .sql("update task_state set status = 'FAILED', error_code = 'BROKEN', attempt = 1, ended_at = now()")
                .update();
        database.client()
                .sql("update run set status = 'FAILED', open_count = 0, failed_count = 2, ended_at = now()")
                .update();
        failures.number();
        return runs;
    }
}
