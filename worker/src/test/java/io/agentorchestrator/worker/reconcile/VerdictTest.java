package io.agentorchestrator.worker.reconcile;

import static io.temporal.api.enums.v1.WorkflowExecutionStatus.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.worker.run.Described;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void concludesFromEveryStatus() {
        Map<WorkflowExecutionStatus, Verdict> verdicts = new EnumMap<>(WorkflowExecutionStatus.class);
        for (WorkflowExecutionStatus status : WorkflowExecutionStatus.values()) {
            verdicts.put(status, Verdict.of(new Described.Is(status)));
        }

        assertThat(verdicts)
                .containsOnly(
                        Map.entry(WORKFLOW_EXECUTION_STATUS_RUNNING, Verdict.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_PAUSED, Verdict.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW, Verdict.GOES_ON),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_TERMINATED, Verdict.STOPPED),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_CANCELED, Verdict.STOPPED),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_COMPLETED, Verdict.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_FAILED, Verdict.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_TIMED_OUT, Verdict.LOST),
                        Map.entry(WORKFLOW_EXECUTION_STATUS_UNSPECIFIED, Verdict.UNKNOWN),
                        Map.entry(UNRECOGNIZED, Verdict.UNKNOWN));
    }

    @Test
    void aRunWithoutWorkflowIsLost() {
        assertThat(Verdict.of(new Described.NotFound())).isEqualTo(Verdict.LOST);
    }

    @Test
    void silenceConcludesNothing() {
        assertThat(Verdict.of(new Described.Unknown("UNAVAILABLE"))).isEqualTo(Verdict.UNKNOWN);
    }
}
