package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.dispatch.DispatchEffect.Commit;
import io.agentorchestrator.activities.dispatch.DispatchEffect.Prepare;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A task's priority is changed while its payload is being made: the payload that comes late tells nothing new of the priority. */
class LatePreparedTest {
    private static final Duration WATCH = Duration.ofHours(1);

    private final DispatchMachine machine = new DispatchMachine(
            "worker", DispatchSettings.DEFAULT, new OutcomeMapping(), new DispatchMachine.Listener() {
                @Override
                public void moved(DispatchPhase from, DispatchPhase to) {}

                @Override
                public void failed(Throwable why) {
                    throw new AssertionError(why);
                }
            });
    private final List<Prepare> asked = new ArrayList<>();
    private final List<UUID> committed = new ArrayList<>();

    @Test
    void whatIsPreparedLateWaitsInItsNewPlace() {
        agent();
        open(row(1, TaskStatus.RELEASED), row(2, TaskStatus.RELEASED), row(3, TaskStatus.RELEASED));
        changed(3, TaskStatus.RELEASED, 0);
        asked.reversed().forEach(late -> fold(prepared(late)));

        fold(new DispatchMessage.Connected("one", true));

        assertThat(committed).first().isEqualTo(id(3));
    }

    private void agent() {
        fold(new DispatchMessage.FleetChanged(
                List.of(new AgentFacts("one", new Eligibility(Set.of("t"), null), 1, 0, true, Trust.CLOSED, false))));
    }

    private void open(BatchTask... rows) {
        fold(new DispatchMessage.BatchOpened(
                1, SimulatedStore.RUN, SimulatedStore.FACTS, Arrays.asList(rows), List.of(), List.of(), WATCH));
    }

    /** The store says that it is CRITICAL now. */
    private void changed(int index, TaskStatus status, int epoch) {
        fold(new DispatchMessage.Inspected(
                Map.of(id(index), index),
                SimulatedStore.RUN,
                Map.of(
                        index,
                        new BatchState(status, epoch, epoch, null, false, null, "worker", false, Priority.CRITICAL))));
    }

    private static DispatchMessage prepared(Prepare prepare) {
        return new DispatchMessage.Prepared(
                prepare.task().taskId(), prepare.epoch(), prepare.task(), false, new Resolution.Payload(new byte[] {
                    '{', '}'
                }));
    }

    private void fold(DispatchMessage message) {
        List<DispatchMessage> next = List.of(message);
        while (!next.isEmpty()) {
            List<DispatchMessage> answers = new ArrayList<>();
            for (DispatchEffect effect : machine.on(next, 0, Instant.EPOCH)) {
                switch (effect) {
                    case Prepare prepare -> asked.add(prepare);
                    case Commit commit -> {
                        committed.add(commit.taskId());
                        answers.add(begun(commit));
                    }
                    default -> {}
                }
            }
            next = answers;
        }
    }

    private static DispatchMessage begun(Commit commit) {
        return new DispatchMessage.Dispatched(
                List.of(new Dispatch(commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed())),
                List.of(new Dispatch.Begun(commit.taskId(), 1, commit.expectedEpoch() + 1, 1)));
    }

    private static BatchTask row(int index, TaskStatus status) {
        return DispatchRows.row(
                id(index), index, "t", Priority.NORMAL, status, 0, 0, 0, null, null, null, null, PreemptionFacts.NONE);
    }

    private static UUID id(int index) {
        return new UUID(1, index);
    }
}
