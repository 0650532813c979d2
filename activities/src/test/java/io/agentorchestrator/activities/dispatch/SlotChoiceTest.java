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
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice of slots for 10,000 tasks by one worker with 200 agents. Prints the processor time of a choice. */
class SlotChoiceTest {
    private static final int AGENTS = 200;
    private static final int SLOTS = 4;
    private static final int TASKS = 10_000;

    /**
     * All tasks wait from the start, in turns of types; slots become free one after the other.
     *
     * @param perAgent types that each agent serves
     */
    @ParameterizedTest(name = "{0} types, {1} an agent")
    @CsvSource({"1, 1", "50, 1", "50, 3", "50, 50"})
    void everyTaskFindsAnAgentOfItsType(int types, int perAgent) {
        ReadyQueues queues = new ReadyQueues();
        queues.fleet(IntStream.range(0, AGENTS)
                .mapToObj(agent -> new AgentFacts(
                        "agent-" + agent,
                        new Eligibility(types(agent, types, perAgent), null),
                        SLOTS,
                        0,
                        true,
                        Trust.CLOSED,
                        false))
                .toList());
        queues.all().forEach(agent -> agent.connected = true);
        for (int number = 0; number < TASKS; number++) {
            queues.addWaiting(task(number, "type-" + number % types));
        }
        Deque<AgentQueue> taken = new ArrayDeque<>();
        List<Assignment> placed = new ArrayList<>();

        long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        while (placed.size() < TASKS) {
            for (Assignment next = queues.next(0); next != null; next = queues.next(0)) {
                placed.add(next);
                queues.removeWaiting(next.task());
                next.agent().committing++;
                taken.add(next.agent());
            }
            queues.all().forEach(queues::demandOf);
            taken.remove().committing--;
        }
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;

        System.err.printf("%d types, %d an agent: %.1f us of CPU a choice%n", types, perAgent, nanos / 1e3 / TASKS);
        assertThat(placed)
                .allMatch(each -> each.agent()
                        .facts
                        .accepts()
                        .types()
                        .contains(each.task().type()));
        assertThat(placed.stream().map(Assignment::agent).distinct()).hasSize(AGENTS);
    }

    private static Set<String> types(int agent, int types, int perAgent) {
        return IntStream.range(0, perAgent)
                .mapToObj(n -> "type-" + (agent + n) % types)
                .collect(Collectors.toSet());
    }

    private static TrackedTask task(int number, String type) {
        UUID id = new UUID(0, number);
        return new TrackedTask(
                new RunKey(id, 1),
                RunFacts.OF_GROUP,
                DispatchRows.row(
                        id,
                        number,
                        type,
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
