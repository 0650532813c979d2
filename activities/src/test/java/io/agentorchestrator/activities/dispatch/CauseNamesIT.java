package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.run.CancelRequest;
import io.agentorchestrator.workflows.run.WriteRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that end because of another say which, by the key that its user gave it. */
class CauseNamesIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aCancelledDependentNamesTheTaskThatFailed() {
        RunKey run = fixture.dag("{}", Node.of("first"), Node.of("load-orders"), Node.of("report", "load-orders"));

        worker.recorder()
                .write(new WriteRequest(
                        run.runId(),
                        run.runNumber(),
                        List.of(),
                        List.of(
                                new Decision.Cancellation(
                                        2, "UPSTREAM_FAILED", ", on which it depends, failed with BROKEN", 1),
                                new Decision.Cancellation(0, "CANCELLED", "by hand")),
                        List.of()));

        assertThat(error("report"))
                .isEqualTo("UPSTREAM_FAILED: task 'load-orders', on which it depends, failed with BROKEN");
        assertThat(error("first")).isEqualTo("CANCELLED: by hand");
    }

    @Test
    void aTaskThatItsAgentIsToStopNamesItToo() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("load-orders"), Node.of("beside"));
        var result = CompletableFuture.supplyAsync(() -> worker.dispatch(run, 1), Thread::startVirtualThread);
        Awaitility.await().until(() -> !agent.working.isEmpty());

        worker.recorder()
                .cancelAtAgents(new CancelRequest(
                        run.runId(),
                        run.runNumber(),
                        List.of(1),
                        "DAG_FAILED",
                        " failed with BROKEN, and this DAG fails fast",
                        0));

        Awaitility.await().until(() -> agent.heard.contains("CANCEL"));
        assertThat(error("beside"))
                .isEqualTo("DAG_FAILED: task 'load-orders' failed with BROKEN, and this DAG fails fast");
        agent.end(agent.starts.getFirst(), ScriptedAgent.error(agent.starts.getFirst(), "CANCELLED", false));
        assertThat(result.get().ended()).hasSize(1);
    }

    private String error(String key) {
        return fixture.database.client().sql("""
                        select s.error_code || ': ' || s.error_message from task t join task_state s on s.task_id = t.task_id
                        where t.key = ?
                        """).param(key).query(String.class).single();
    }
}
