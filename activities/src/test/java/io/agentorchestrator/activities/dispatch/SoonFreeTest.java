package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.ReadyQueues.Assignment;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choice between a cheap agent that is full and a dear one that is idle. */
class SoonFreeTest {
    private static final long MILLI = 1_000_000;
    private static final int SLOTS = 10;

    private final ReadyQueues queues = new ReadyQueues();
    private int number;

    @BeforeEach
    void aCheapAgentIsFullAndADearOneIdle() {
        queues.placeBy(PlacementStrategy.COST_BASED);
        List<AgentQueue> _ = queues.fleet(List.of(agent("cheap", 1), agent("dear", 100)));
        queues.all().forEach(agent -> agent.connected = true);
        for (int i = 0; i < SLOTS; i++) {
            queue("cheap").busy.add(task());
        }
    }

    @Test
    void aSlotThatIsSoonFreeIsWorthItsPrice() {
        executed(200 * MILLI); // one of ten slots every 20 ms

        assertThat(chosen()).isEqualTo("cheap");
    }

    @Test
    void aSlotThatIsNotSoonFreeIsNotWaitedFor() {
        executed(400 * MILLI); // the next in 40 ms, and a task would leave after 30

        assertThat(chosen()).isEqualTo("dear");
    }

    @Test
    void whoIsInLineBeforeCounts() {
        executed(200 * MILLI);
        queue("cheap").committing = 1;

        assertThat(chosen()).isEqualTo("dear");
    }

    @Test
    void nothingIsSoonWhereNothingIsKnown() {
        assertThat(chosen()).isEqualTo("dear");
    }

    @Test
    void thePriceDecidesAgainWhereNoSlotIsFree() {
        executed(400 * MILLI);
        for (int i = 0; i < SLOTS; i++) {
            queue("dear").busy.add(task());
        }

        assertThat(chosen()).isEqualTo("cheap");
    }

    private void executed(long nanos) {
        for (AgentQueue agent : queues.all()) {
            queues.completed(agent, task(), nanos);
        }
    }

    private @Nullable String chosen() {
        queues.addWaiting(task());
        Assignment next = queues.next(0);
        return next == null ? null : next.agent().agentId;
    }

    private AgentQueue queue(String agentId) {
        AgentQueue found = queues.find(agentId);
        assertThat(found).isNotNull();
        return found;
    }

    private static AgentFacts agent(String id, double costPerHourUsd) {
        return new AgentFacts(id, new Eligibility(Set.of("t"), null), SLOTS, costPerHourUsd, true, Trust.CLOSED, false);
    }

    private TrackedTask task() {
        UUID id = new UUID(0, ++number);
        return new TrackedTask(
                new RunKey(id, 1),
                RunFacts.OF_GROUP,
                DispatchRows.row(
                        id,
                        number,
                        "t",
                        Priority.NORMAL,
                        TaskStatus.RELEASED,
                        0,
                        0,
                        0,
                        null,
                        null,
                        null,
                        null,
                        PreemptionFacts.NONE),
                DispatchPhase.WAITING,
                number,
                Long.MAX_VALUE,
                0);
    }
}
