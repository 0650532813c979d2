package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.run.AttemptOutcome;
import io.agentorchestrator.store.run.AttemptOutcome.Usage;
import io.agentorchestrator.store.run.HandOver;
import io.agentorchestrator.store.run.LotStore;
import io.agentorchestrator.store.run.LotTask;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Brings tasks to an agent, as release and a lot would, and says how their attempts end. */
public final class Attempts {
    private final JdbcClient client;
    private final LotStore lots;

    public Attempts(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.lots = new LotStore(dataSource);
    }

    /** Grants the task and begins its hand-over; returns the outcome that is to be recorded of it. */
    public AttemptOutcome begin(RunKey run, int index, AttemptEnd.Outcome outcome) {
        client.sql("update task_state set status = 'GRANTED' where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .update();
        LotTask task = lots.load(run, List.of(index)).getFirst();
        HandOver.Begun begun = lots.begin(run, List.of(new HandOver(task.taskId(), task.epoch(), "agent-1")))
                .getFirst();
        return outcome(task, begun, outcome);
    }

    /** The outcome of a hand-over that has begun. */
    public static AttemptOutcome outcome(LotTask task, HandOver.Begun begun, AttemptEnd.Outcome outcome) {
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
        return lots.load(run, List.of(index)).getFirst().status();
    }
}
