package io.agentorchestrator.worker.reconcile;

import static io.temporal.api.enums.v1.WorkflowExecutionStatus.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.worker.run.WorkflowDescription;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunCheckTest {
    @Test
    void concludesFromEveryStatus() {
        Map<WorkflowExecutionStatus, RunCheck> verdicts = new EnumMap<>(WorkflowExecutionStatus.class);
        for (WorkflowExecutionStatus status : WorkflowExecutionStatus.values()) {
            verdicts.put(status, RunCheck.of(new WorkflowDescription.Is(status)));
        }

        assertThat(verdicts)
                .containsOnly(
                        Map.entry(WORKFLOW_EXECUTION_STATUS_RUNNING, RunCheck.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_PAUSED, RunCheck.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW, RunCheck.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_TERMINATED, RunCheck.STOPPED),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_CANCELED, RunCheck.STOPPED),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_COMPLETED, RunCheck.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_FAILED, RunCheck.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_TIMED_OUT, RunCheck.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_UNSPECIFIED, RunCheck.UNKNOWN),
                        Map.entry(UNRECOGNIZED, RunCheck.UNKNOWN));
    }

    @Test
    void aRunWithoutWorkflowIsLost() {
        assertThat(RunCheck.of(new WorkflowDescription.NotFound())).isEqualTo(RunCheck.LOST);
    }

    @Test
    void silenceConcludesNothing() {
        assertThat(RunCheck.of(new WorkflowDescription.Unknown("UNAVAILABLE"))).isEqualTo(RunCheck.UNKNOWN);
    }
}
