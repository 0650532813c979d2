package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.DispatchEffect.Commit;
import io.agentorchestrator.activities.dispatch.DispatchEffect.SeekVictims;
import io.agentorchestrator.activities.dispatch.DispatchEffect.SendCancel;
import io.agentorchestrator.activities.dispatch.DispatchEffect.SendPreempt;
import io.agentorchestrator.activities.dispatch.DispatchEffect.SendStart;
import io.agentorchestrator.activities.dispatch.DispatchEffect.TakeBack;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which running task makes way for which, and when; agents accept at once, and the store commits at once. */
class PreemptionTest {
    private static final PreemptionFacts PREEMPTIBLE = new PreemptionFacts(true, 0, null, null);
    private static final PreemptionFacts FIXED = PreemptionFacts.NONE;

    private final DispatchMachine machine = new DispatchMachine(
            "worker", DispatchSettings.DEFAULT, new OutcomeMapping(), new DispatchMachine.Listener() {
                @Override
                public void moved(DispatchPhase from, DispatchPhase to) {}

                @Override
                public void failed(Throwable why) {
                    throw new AssertionError(why);
                }
            });
    private final List<DispatchEffect> decided = new ArrayList<>();
    private final Map<UUID, String> runsAt = new HashMap<>();
    private long now;
    private long batch;

    @Test
    void anUrgentTaskHasItsSlotReservedBeforeAnotherIsStopped() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.CRITICAL, FIXED);

        pass(Duration.ofMillis(500));
        assertThat(sent(SendPreempt.class)).as("before its time").isEmpty();
        pass(Duration.ofSeconds(1));

        SendPreempt preempt = only(SendPreempt.class);
        assertThat(preempt.ref()).isEqualTo(ref(1, 1));
        assertThat(decided.stream().filter(Commit.class::isInstance).map(Commit.class::cast))
                .as("committed there")
                .anyMatch(commit -> commit.taskId().equals(id(2)) && "one".equals(commit.agentId()));

        hear(new AgentEvent.CheckpointTaken(ref(1, 1), 3, new byte[] {9}));
        hear(new AgentEvent.Failed(ref(1, 1), "PREEMPTED", "", true, Usage.NONE));

        TakeBack back = only(TakeBack.class);
        assertThat(back.preemptedFor()).isEqualTo(id(2));
        assertThat(back.held()).as("the attempt goes on").isTrue();
        assertThat(back.checkpoint())
                .isNotNull()
                .satisfies(kept -> assertThat(kept.checkpoint().sequence()).isEqualTo(3));
        assertThat(runsAt).as("it starts in that slot").containsEntry(id(2), "one");
    }

    @Test
    void aResultThatComesFirstCounts() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.CRITICAL, FIXED);
        pass(Duration.ofSeconds(2));

        hear(new AgentEvent.Succeeded(ref(1, 1), new byte[] {'1'}, null));

        assertThat(sent(TakeBack.class)).isEmpty();
        assertThat(only(DispatchEffect.RecordOutcome.class).outcome().taskId()).isEqualTo(id(1));
        assertThat(runsAt).containsEntry(id(2), "one");
    }

    @Test
    void theLowestPriorityMakesWayAndThenWhatLosesLeastWork() {
        agents(agent("dear", 1, 10), agent("cheap", 1, 1), agent("third", 1, 1));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.LOW, PREEMPTIBLE);
        open(3, Priority.LOW, PREEMPTIBLE);
        open(4, Priority.CRITICAL, FIXED);
        pass(Duration.ofMillis(900));
        UUID onDear = runsAt.entrySet().stream()
                .filter(run -> run.getValue().equals("dear"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        int low = onDear.equals(id(2)) ? 3 : 2;
        hear(new AgentEvent.CheckpointTaken(ref(low, 1), 1, new byte[0]));

        pass(Duration.ofMillis(600));

        assertThat(only(SendPreempt.class).ref().taskId()).isEqualTo(id(low));
    }

    @Test
    void whatIsAsImportantOrNotPreemptibleOrWasStoppedTooOftenStays() {
        agents(agent("one", 3, 0));
        open(1, Priority.CRITICAL, PREEMPTIBLE);
        open(2, Priority.NORMAL, FIXED);
        open(3, Priority.NORMAL, new PreemptionFacts(true, Limits.MAX_PREEMPTIONS, null, null));
        open(4, Priority.CRITICAL, FIXED);

        pass(Duration.ofSeconds(3));

        assertThat(sent(SendPreempt.class)).isEmpty();
        assertThat(sent(SeekVictims.class))
                .as("other workers' tasks are looked for, ever more seldom")
                .hasSizeBetween(1, 4);
    }

    @Test
    void whatFindsNothingKeepsNoOtherFromAskingElsewhere() {
        agents(agent("hopeless", 1, 0), agent("other", "u", 1));
        open(1, Priority.NORMAL, FIXED);
        open(2, Priority.NORMAL, "u", FIXED);
        open(3, Priority.CRITICAL, FIXED);
        pass(Duration.ofMinutes(2));
        assertThat(sent(SeekVictims.class)).as("the pauses have grown").hasSizeLessThan(12);
        decided.clear();

        open(4, Priority.CRITICAL, "u", FIXED);
        pass(Duration.ofMillis(1_500));

        assertThat(sent(SeekVictims.class)).contains(new SeekVictims(List.of("other"), Priority.CRITICAL, 1));
    }

    @Test
    void eachPriorityAsksForItself() {
        agents(agent("one", 1, 0));
        open(1, Priority.CRITICAL, FIXED);
        open(2, Priority.HIGH, FIXED);
        open(3, Priority.CRITICAL, FIXED);

        pass(Duration.ofMillis(1_500));

        assertThat(sent(SeekVictims.class))
                .contains(
                        new SeekVictims(List.of("one"), Priority.CRITICAL, 1),
                        new SeekVictims(List.of("one"), Priority.HIGH, 1));
    }

    @Test
    void aNewTaskAsksAgainForWhatOneBeforeItDidNotFind() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, FIXED);
        open(2, Priority.CRITICAL, FIXED);
        pass(Duration.ofMinutes(2));
        decided.clear();

        open(3, Priority.CRITICAL, FIXED);
        pass(Duration.ofMillis(1_500));

        assertThat(sent(SeekVictims.class)).contains(new SeekVictims(List.of("one"), Priority.CRITICAL, 2));
    }

    @Test
    void agentsThatComeAndGoHaveOthersAskedNoMoreOften() {
        int flapping = 6;
        agents(flapping(flapping, 0));
        for (int index = 0; index <= flapping; index++) {
            open(index + 1, Priority.NORMAL, FIXED);
        }
        open(100, Priority.CRITICAL, FIXED);
        pass(Duration.ofSeconds(2));
        decided.clear();

        for (int round = 1; round < 1 << flapping; round++) {
            fold(new DispatchMessage.FleetChanged(List.of(flapping(flapping, round))));
            pass(Duration.ofSeconds(2));
        }

        assertThat(sent(SeekVictims.class))
                .as("in two minutes, in each of which other agents are trusted")
                .hasSizeBetween(4, 9);
    }

    @Test
    void demandsThatLeadToTheSameAgentsAreOneQuestion() {
        agents(new AgentFacts("one", new Eligibility(Set.of("t", "u"), null), 1, 0, true, Trust.CLOSED, false));
        open(1, Priority.NORMAL, FIXED);
        open(2, Priority.CRITICAL, FIXED);
        open(3, Priority.CRITICAL, "u", FIXED);

        pass(Duration.ofMillis(1_200));

        assertThat(only(SeekVictims.class)).isEqualTo(new SeekVictims(List.of("one"), Priority.CRITICAL, 2));
    }

    /** One agent that is always trusted, and others of which each bit says whether they are. */
    private static AgentFacts[] flapping(int count, int untrusted) {
        AgentFacts[] agents = new AgentFacts[count + 1];
        agents[count] = agent("steady", 1, 0);
        for (int i = 0; i < count; i++) {
            Trust trust = (untrusted >> i & 1) == 1 ? Trust.NONE : Trust.CLOSED;
            agents[i] = new AgentFacts("agent-" + i, new Eligibility(Set.of("t"), null), 1, 0, true, trust, false);
        }
        return agents;
    }

    @Test
    void aNormalTaskStopsNothing() {
        agents(agent("one", 1, 0));
        open(1, Priority.BACKGROUND, PREEMPTIBLE);
        open(2, Priority.NORMAL, FIXED);

        pass(Duration.ofSeconds(4));

        assertThat(sent(SendPreempt.class)).isEmpty();
        assertThat(sent(SeekVictims.class)).isEmpty();
    }

    @Test
    void aTaskThatWasStoppedItselfWaitsAnew() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        pass(Duration.ofSeconds(2));
        open(2, Priority.HIGH, new PreemptionFacts(true, 1, Duration.ofMinutes(1), null));

        pass(Duration.ofMillis(500));
        assertThat(sent(SendPreempt.class)).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(only(SendPreempt.class).ref().taskId()).isEqualTo(id(1));
    }

    @Test
    void theSlotGoesToTheTaskThatItIsReservedForThoughABetterOneCame() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.HIGH, FIXED);
        pass(Duration.ofSeconds(2));
        open(3, Priority.CRITICAL, FIXED);

        hear(new AgentEvent.Failed(ref(1, 1), "PREEMPTED", "", true, Usage.NONE));

        assertThat(runsAt).containsKey(id(2)).doesNotContainKey(id(3));
    }

    @Test
    void anAgentThatDoesNotKnowPreemptIsToldToCancel() {
        agents(agent("old", 1, 0));
        fold(new DispatchMessage.Connected("old", false));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.CRITICAL, FIXED);
        pass(Duration.ofSeconds(2));

        assertThat(sent(SendPreempt.class)).isEmpty();
        assertThat(only(SendCancel.class).ref()).isEqualTo(ref(1, 1));
        hear(new AgentEvent.Failed(ref(1, 1), "CANCELLED", "", false, Usage.NONE));

        assertThat(only(TakeBack.class).preemptedFor()).isEqualTo(id(2));
    }

    @Test
    void anAgentThatDoesNotStopItInTimeIsToldToCancel() {
        agents(agent("one", 1, 0));
        open(1, Priority.NORMAL, PREEMPTIBLE);
        open(2, Priority.CRITICAL, FIXED);
        pass(Duration.ofSeconds(2));
        assertThat(sent(SendCancel.class)).isEmpty();

        pass(Preemption.OVERDUE);

        assertThat(only(SendCancel.class).ref()).isEqualTo(ref(1, 1));
        assertThat(sent(SendPreempt.class)).hasSize(1);
    }

    private static AgentFacts agent(String id, int slots, double cost) {
        return new AgentFacts(id, new Eligibility(Set.of("t"), null), slots, cost, true, Trust.CLOSED, false);
    }

    private static AgentFacts agent(String id, String type, int slots) {
        return new AgentFacts(id, new Eligibility(Set.of(type), null), slots, 0, true, Trust.CLOSED, false);
    }

    private void agents(AgentFacts... facts) {
        fold(new DispatchMessage.FleetChanged(List.of(facts)));
        Arrays.stream(facts).forEach(agent -> fold(new DispatchMessage.Connected(agent.agentId(), true)));
    }

    private void open(int index, Priority priority, PreemptionFacts preemption) {
        open(index, priority, "t", preemption);
    }

    private void open(int index, Priority priority, String type, PreemptionFacts preemption) {
        fold(new DispatchMessage.BatchOpened(
                ++batch,
                SimulatedStore.RUN,
                SimulatedStore.FACTS,
                List.of(DispatchRows.row(
                        id(index),
                        index,
                        type,
                        priority,
                        TaskStatus.RELEASED,
                        0,
                        0,
                        0,
                        null,
                        null,
                        null,
                        null,
                        preemption)),
                List.of(),
                List.of(),
                Duration.ofHours(1)));
    }

    private void pass(Duration time) {
        long until = now + time.toNanos();
        while (now < until) {
            now += DispatchWorld.TICK;
            fold(new DispatchMessage.Tick());
        }
    }

    private void hear(AgentEvent event) {
        fold(new DispatchMessage.Heard(runsAt.getOrDefault(event.ref().taskId(), ""), event));
    }

    private void fold(DispatchMessage message) {
        List<DispatchMessage> next = List.of(message);
        while (!next.isEmpty()) {
            List<DispatchEffect> effects = machine.on(next, now, Instant.EPOCH.plusNanos(now));
            decided.addAll(effects);
            next = effects.stream().map(this::answer).flatMap(List::stream).toList();
        }
    }

    private List<DispatchMessage> answer(DispatchEffect effect) {
        return switch (effect) {
            case DispatchEffect.Prepare prepare ->
                List.of(new DispatchMessage.Prepared(
                        prepare.task().taskId(),
                        prepare.epoch(),
                        prepare.task(),
                        false,
                        new Resolution.Payload(new byte[] {'{', '}'})));
            case Commit commit ->
                List.of(new DispatchMessage.Dispatched(
                        List.of(new Dispatch(
                                commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed())),
                        List.of(new Dispatch.Begun(
                                commit.taskId(), 1, commit.expectedEpoch() + 1, commit.expectedEpoch() + 1))));
            case SendStart start -> {
                runsAt.put(start.task().taskId(), start.agentId());
                yield List.of(new DispatchMessage.Heard(start.agentId(), new AgentEvent.Accepted(start.ref())));
            }
            case TakeBack back ->
                List.of(new DispatchMessage.TakenBack(Map.of(back.taskId(), back.epoch()), Set.of(back.taskId())));
            default -> List.of();
        };
    }

    private <E extends DispatchEffect> List<E> sent(Class<E> type) {
        return decided.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <E extends DispatchEffect> E only(Class<E> type) {
        assertThat(sent(type)).hasSize(1);
        return sent(type).getFirst();
    }

    private static UUID id(int index) {
        return new UUID(1, index);
    }

    private static DispatchRef ref(int index, int epoch) {
        return new DispatchRef(id(index), epoch);
    }
}
