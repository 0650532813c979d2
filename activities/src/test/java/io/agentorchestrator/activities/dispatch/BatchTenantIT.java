package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents get tasks of the tenants that they serve, and no others. */
class BatchTenantIT {
    private final BatchFixture fixture = new BatchFixture();
    /** A task waits for an agent for longer than a machine with other work takes to connect and to commit, and a batch for longer than a task. */
    private final BatchFixture.Worker worker = fixture.worker(
            "worker-1",
            new DispatchSettings(
                    Duration.ofMillis(50),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(100)),
            Duration.ofSeconds(10));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void eachAgentGetsTasksOfItsTenants() {
        ScriptedAgent ours = completing("ours");
        ScriptedAgent theirs = completing("theirs");
        fixture.serves(ours, "default", "somebody");
        fixture.serves(theirs, "them");
        RunKey run = dag(20);
        ofThem(run, 0, 3, 6, 9, 12, 15, 18);

        BatchResult result = worker.dispatch(run, IntStream.range(0, 20).boxed().toArray(Integer[]::new));

        assertThat(result.ended()).hasSize(20);
        assertThat(ours.starts).hasSize(13).extracting(Start::getTenant).containsOnly("default");
        assertThat(theirs.starts).hasSize(7).extracting(Start::getTenant).containsOnly("them");
    }

    @Test
    void aTaskThatNobodyServesGoesBackWithItsAttemptsAndHoldsNobodyUp() {
        ScriptedAgent ours = completing("ours");
        fixture.serves(ours, "default");
        RunKey run = dag(3);
        ofThem(run, 0);

        BatchResult result = worker.dispatch(run, 0, 1, 2);

        assertThat(result.ended()).hasSize(2);
        assertThat(ours.starts).extracting(Start::getTenant).containsOnly("default");
        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(fixture.state(run, 0).attempt()).isZero();
        assertThat(fixture.state(run, 0).epoch()).isZero();
    }

    private ScriptedAgent completing(String id) {
        return fixture.agent(id, 10).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.result(start, "1"));
        });
    }

    private RunKey dag(int size) {
        return fixture.dag(
                "{}", IntStream.range(0, size).mapToObj(i -> Node.of("n" + i)).toArray(Node[]::new));
    }

    private void ofThem(RunKey run, Integer... tasks) {
        for (String table : new String[] {"task_state", "task"}) {
            fixture.database
                    .client()
                    .sql("update " + table + " set tenant = 'them' where task_id in"
                            + " (select task_id from task_state where run_id = ? and task_index = any(?))")
                    .params(run.runId(), tasks)
                    .update();
        }
    }
}
