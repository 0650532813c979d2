package io.agentorchestrator.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskTransitionsTest {
    @ParameterizedTest
    @EnumSource
    void aStatusMayStayButDoesNotFollowItself(TaskStatus status) {
        assertThat(TaskTransitions.isLegal(status, status)).isTrue();
        assertThat(TaskTransitions.after(status)).doesNotContain(status);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOpenMayEndAndWhatEndedOnlyBegins(TaskStatus status) {
        Set<TaskStatus> next = TaskTransitions.after(status);
        if (status.isTerminal()) {
            assertThat(next).containsExactlyInAnyOrder(TaskStatus.WAITING, TaskStatus.QUEUED);
        } else {
            assertThat(next).contains(TaskStatus.FAILED, TaskStatus.CANCELLED);
        }
    }

    @Test
    void onlyWhatWasDispatchedRunsOrCompletes() {
        for (TaskStatus status : EnumSet.complementOf(EnumSet.of(TaskStatus.DISPATCHED, TaskStatus.RUNNING))) {
            assertThat(TaskTransitions.after(status))
                    .as(status.name())
                    .doesNotContain(TaskStatus.RUNNING, TaskStatus.COMPLETED, TaskStatus.BACKOFF);
        }
    }

    @Test
    void everyStatusButTheFirstCanBeReached() {
        Set<TaskStatus> reached = EnumSet.of(TaskStatus.WAITING, TaskStatus.QUEUED);
        for (TaskStatus ignored : TaskStatus.values()) {
            for (TaskStatus from : EnumSet.copyOf(reached)) {
                reached.addAll(TaskTransitions.after(from));
            }
        }
        assertThat(reached).isEqualTo(EnumSet.complementOf(EnumSet.of(TaskStatus.PENDING)));
    }
}
