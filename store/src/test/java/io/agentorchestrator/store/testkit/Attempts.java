package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.run.AttemptOutcome;
import io.agentorchestrator.store.run.AttemptOutcome.Usage;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.Dispatch;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Brings tasks to an agent, as release and a batch would, and says how their attempts end. */
public final class Attempts {
    private final JdbcClient client;
    private final BatchStore batches;

    public Attempts(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.batches = new BatchStore(dataSource);
    }

    /** Releases the task and begins its dispatch; returns the outcome that is to be recorded of it. */
    public AttemptOutcome begin(RunKey run, int index, AttemptEnd.Outcome outcome) {
        client.sql("update task_state set status = 'RELEASED' where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .update();
        BatchTask task = batches.load(run, List.of(index)).getFirst();
        Dispatch.Begun begun = batches.begin(run, List.of(new Dispatch(task.taskId(), task.epoch(), "agent-1")))
                .getFirst();
        return outcome(task, begun, outcome);
    }

    /** The outcome of a dispatch that has begun. */
    public static AttemptOutcome outcome(BatchTask task, Dispatch.Begun begun, AttemptEnd.Outcome outcome) {
        boolean completed = outcome == AttemptEnd.Outcome.COMPLETED;
        return new AttemptOutcome(
                task.taskId(),
                task.index(),
                begun.attempt(),
                begun.epoch(),
                "agent-1",
                outcome,
                completed ? "{\"n\":1}" : null,
                completed ? null : "BROKEN",
                completed ? null : "it broke",
                true,
                Usage.NONE);
    }

    public TaskStatus status(RunKey run, int index) {
        return batches.load(run, List.of(index)).getFirst().status();
    }
}
