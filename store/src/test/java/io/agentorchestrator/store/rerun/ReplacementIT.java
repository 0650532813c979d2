package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.reading.DagReader;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.rerun.RetryAnswer.Started;
import io.agentorchestrator.store.run.KeyedResult;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplacementIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DagInTest dags = new DagInTest(database);
    private final TaskReader tasks = new TaskReader(database.dataSource());
    private final DagRerun rerun = new DagRerun(database.dataSource(), DagInTest.IDS);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTaskWithAChangedPayloadIsANewTaskInTheOldOnesPlace() {
        RunKey first = ended();
        UUID old = dags.task(first, 1);

        Started started = retry(first, Map.of("b", new NewPayload("{\"x\": \"${inputs.y}\"}", true)));

        UUID now = dags.task(first, 1);
        assertThat(now).isNotEqualTo(old);
        assertThat(started.keys()).containsExactly("b", "c");
        assertThat(dags.tasks(first)).containsExactly("a COMPLETED 1 0 1 0", "b QUEUED 2 0 0 0", "c WAITING 2 1 0 0");
        TaskDetail replaced = tasks.find("default", old).orElseThrow();
        TaskDetail present = tasks.find("default", now).orElseThrow();
        assertThat(present.payload()).isEqualTo("{\"x\": \"${inputs.y}\"}");
        assertThat(present.reprocessedFrom()).isEqualTo(old);
        assertThat(present.dependsOn()).containsExactly("a");
        assertThat(present.facts().labels()).isEqualTo(replaced.facts().labels());
        assertThat(replaced.reprocessedAs()).isEqualTo(now);
        assertThat(replaced.facts().run()).isNull();
        assertThat(replaced.facts().dagId()).isEqualTo(first.runId());
        assertThat(replaced.facts().index()).isEqualTo(1);
        assertThat(replaced.dependsOn()).containsExactly("a");
        assertThat(dags.texts("select has_templates::text from task where task_id = ?", now))
                .containsExactly("true");
        assertThat(dags.texts("select concat_ws(' ', state, reprocessed_as) from dead_letter"))
                .containsExactly("REPROCESSED " + now);
    }

    @Test
    void aNamedTaskThatHadCompletedMayBeReplacedAndWhatDependsOnItRunsAgain() {
        RunKey first =
                submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c"));
        dags.started(first);
        dags.complete(first, 0, 1, 2);

        assertThat(retry(first, Map.of("a", new NewPayload("{}", false))).keys())
                .containsExactly("a", "b");

        assertThat(dags.tasks(first)).containsExactly("a QUEUED 2 0 0 0", "b WAITING 2 1 1 1", "c COMPLETED 1 0 1 0");
    }

    @Test
    void whoAsksForTheDagsTasksFindsThePresentOnes() {
        RunKey first = ended();
        UUID old = dags.task(first, 1);
        RunKey second = retry(first, Map.of("b", new NewPayload("{}", false))).run();
        assertThat(dags.release())
                .singleElement()
                .satisfies(start -> assertThat(start.taskKeys()).containsExactly("a", "b", "c"));
        dags.complete(second, 1, 2);

        assertThat(new RunStore(database.dataSource()).results(first.runId(), Set.of("b")))
                .containsExactly(new KeyedResult("b", "{\"n\":1}"));
        assertThat(dags.runs(first)).containsExactly("1 FAILED 0 1 1", "2 COMPLETED 0 0 0");
        assertThat(new DagReader(database.dataSource())
                        .find("default", first.runId())
                        .orElseThrow()
                        .tasks())
                .extracting(task -> task.facts().taskId())
                .containsExactly(dags.task(first, 0), dags.task(first, 1), dags.task(first, 2))
                .doesNotContain(old);
    }

    @Test
    void aTaskMayBeReplacedAgainAndAgain() {
        RunKey run = ended();
        for (int number = 2; number <= 4; number++) {
            UUID old = dags.task(run, 1);
            run = retry(run, Map.of("b", new NewPayload("{\"number\": " + number + "}", false)))
                    .run();
            dags.started(run);
            dags.fail(run, 1, 2);
            assertThat(tasks.find("default", dags.task(run, 1)).orElseThrow().reprocessedFrom())
                    .isEqualTo(old);
        }

        assertThat(dags.tasks(run)).hasSize(3);
        assertThat(dags.runs(run)).last().isEqualTo("4 FAILED 0 1 1");
        assertThat(dags.texts("select count(*)::text from task where dag_id = ? and key = 'b'", run.runId()))
                .containsExactly("4");
    }

    /** Of three tasks in a line the second failed. */
    private RunKey ended() {
        RunKey run =
                submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "b"));
        dags.started(run);
        dags.complete(run, 0);
        dags.fail(run, 1, 2);
        return run;
    }

    private Started retry(RunKey run, Map<String, NewPayload> payloads) {
        RetryAnswer answer = rerun.retry("default", "ann", run.runId(), new RetryRequest(List.of(), payloads, ""));
        assertThat(answer).isInstanceOf(Started.class);
        return (Started) answer;
    }
}
