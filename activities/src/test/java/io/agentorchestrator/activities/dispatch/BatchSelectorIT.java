package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.reading.PlacementFacts;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks with selectors go to agents that meet them, and rather to those that they prefer. */
class BatchSelectorIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void onlyAgentsThatMeetTheConditionsGetTheTasks() {
        ScriptedAgent eu = in("eu", completing("in-eu"));
        ScriptedAgent us = in("us", completing("in-us"));
        RunKey run = dag("{\"region\":\"eu\",\"version\":\">=1.2\",\"labels\":{\"gpu\":\"yes\"}}", 20);

        BatchResult result = worker.dispatch(run, indexes(20));

        assertThat(result.ended()).hasSize(20);
        assertThat(eu.starts).hasSize(20);
        assertThat(us.starts).isEmpty();
    }

    @Test
    void aTaskWhoseConditionsNobodyMeetsGoesBackWithItsAttempts() {
        ScriptedAgent us = in("us", completing("in-us"));
        RunKey run = dag("{\"region\":\"eu\"}", 1);

        worker.dispatch(run, 0);

        assertThat(us.starts).isEmpty();
        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(fixture.state(run, 0).attempt()).isZero();
    }

    @Test
    void ofTwoWithRoomThePreferredOneIsTakenAndTheOtherOnceThatIsFull() {
        ScriptedAgent eu = in("eu", fixture.agent("in-eu", 2).works());
        ScriptedAgent us = in("us", fixture.agent("in-us", 8).works());
        Awaitility.await().until(() -> worker.isConnected("in-eu") && worker.isConnected("in-us"));
        RunKey run = dag("{\"preferred\":{\"region\":\"eu\"}}", 4);

        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, indexes(4)));
        Awaitility.await().until(() -> eu.working.size() + us.working.size() == 4);

        assertThat(eu.working).hasSize(2);
        assertThat(us.working).hasSize(2);
        assertThat(placement(run, 0)).isEqualTo(new PlacementFacts("in-eu", PlacementReason.PREFERRED, 2, 0, 2, null));
        assertThat(placement(run, 3).reason()).isEqualTo(PlacementReason.LEAST_LOADED);
    }

    @Test
    void aDependentDoesNotTakeItsParentsSlotAgainstItsSelector() {
        ScriptedAgent us = in("us", completing("in-us"));
        ScriptedAgent eu = in("eu", completing("in-eu"));
        Awaitility.await().until(() -> worker.isConnected("in-eu") && worker.isConnected("in-us"));
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"));
        String selector = "{\"region\":\"eu\"}";
        fixture.database
                .client()
                .sql("""
                        with t as (update task set selector = ?::jsonb where dag_id = ? and key = 'b' returning task_id)
                        update task_state s set needs_claim = true, selector_key = ?, held_by = ? from t where s.task_id = t.task_id""")
                .params(
                        selector,
                        run.runId(),
                        TaskSelector.parse(selector).key("t"),
                        TaskSelector.parse(selector).key("t"))
                .update();

        fixture.release(run, 0);
        worker.takingAlong(run, 0, 1);

        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(fixture.state(run, 1).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(us.starts.size() + eu.starts.size()).isOne();
    }

    private RunKey dag(String selector, int size) {
        fixture.submissions.with(Scheduling.at(TaskSelector.parse(selector)));
        return fixture.dag(
                "{}", IntStream.range(0, size).mapToObj(i -> Node.of("n" + i)).toArray(Node[]::new));
    }

    private static Integer[] indexes(int size) {
        return IntStream.range(0, size).boxed().toArray(Integer[]::new);
    }

    private PlacementFacts placement(RunKey run, int index) {
        UUID task = fixture.state(run, index).taskId();
        return new TaskReader(fixture.database.dataSource())
                .find("default", task)
                .orElseThrow()
                .facts()
                .placement();
    }

    private ScriptedAgent completing(String id) {
        return fixture.agent(id, 10).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.result(start, "1"));
        });
    }

    private ScriptedAgent in(String region, ScriptedAgent agent) {
        fixture.database
                .client()
                .sql("update agent set region = ?, version = '1.3', labels = '{\"gpu\":\"yes\"}' where agent_id = ?")
                .params(region, agent.agentId)
                .update();
        fixture.refresh();
        worker.refresh();
        return agent;
    }
}
