package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.Decision;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tasks that the planner let fail while a command that it has yet to hear of cancelled them in the store. They stay cancelled; but the
 * planner goes on as after a failure, and where its DAG continues after failures, what depends on them must not wait for ever.
 */
final class CancelledMeanwhile {
    /** In {@code waiting_on} of a cancelled task, where it has no meaning any more: its dependents have been told to go on. */
    private static final int DEPENDENTS_GO_ON = -1;

    private CancelledMeanwhile() {}

    /** Those among these failures whose dependents are to go on, each given once, however often that is asked. */
    static List<Integer> take(JdbcTemplate jdbc, RunKey run, List<Decision.Failure> failed) {
        if (failed.isEmpty()) {
            return List.of();
        }
        return jdbc.queryForList(
                """
                update task_state set waiting_on = ?
                where run_id = ? and run_number = ? and task_index = any(?) and status = 'CANCELLED' and waiting_on >= 0
                returning task_index
                """,
                Integer.class,
                DEPENDENTS_GO_ON,
                run.runId(),
                run.runNumber(),
                failed.stream().map(Decision.Failure::task).toArray(Integer[]::new));
    }
}
