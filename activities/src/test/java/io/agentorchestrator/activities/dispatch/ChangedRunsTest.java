package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A run is changed while rows of its tasks are on their way from the store, or are held: they are read again. */
class ChangedRunsTest {
    private static final UUID RUN = SimulatedStore.RUN.runId();
    private static final UUID OTHER = new UUID(9, 9);

    private final DispatchMachine machine = new DispatchMachine(
            "worker", DispatchSettings.DEFAULT, new OutcomeMapping(), new DispatchMachine.Listener() {
                @Override
                public void moved(DispatchPhase from, DispatchPhase to) {}

                @Override
                public void failed(Throwable why) {
                    throw new AssertionError(why);
                }
            });
    private final List<UUID> inspected = new ArrayList<>();
    private long now;

    @Test
    void aRowThatWasReadBeforeTheChangeIsReadAgain() {
        fold(new DispatchMessage.RunsChanged(List.of(RUN)));
        now += Duration.ofSeconds(2).toNanos();

        open(List.of(row(1, TaskStatus.RELEASED), row(2, TaskStatus.RELEASED)), List.of());

        assertThat(inspected).containsExactlyInAnyOrder(id(1), id(2));
    }

    @Test
    void whatWasReadLongAfterwardsOrIsOfAnotherRunIsNot() {
        fold(new DispatchMessage.RunsChanged(List.of(RUN)));
        now += ChangedRuns.KEPT.toNanos() + 1;
        fold(new DispatchMessage.RunsChanged(List.of(OTHER)));

        open(List.of(row(1, TaskStatus.RELEASED)), List.of());

        assertThat(inspected).isEmpty();
    }

    @Test
    void aHeldTaskIsReadAgainWhenItsTurnComesHoweverLongAgoTheChangeWas() {
        fold(new DispatchMessage.FleetChanged(
                List.of(new AgentFacts("one", new Eligibility(Set.of("t"), null), 1, 0, true, Trust.CLOSED, false))));
        fold(new DispatchMessage.Connected("one", true));
        open(List.of(row(1, TaskStatus.RELEASED)), List.of(row(2, TaskStatus.WAITING)));
        fold(new DispatchMessage.RunsChanged(List.of(RUN)));
        now += 2 * ChangedRuns.KEPT.toNanos();
        inspected.clear();

        fold(new DispatchMessage.Heard(
                "one", new AgentEvent.Succeeded(new AgentEvent.DispatchRef(id(1), 1), new byte[] {'1'}, null)));

        assertThat(inspected).containsExactly(id(2));
    }

    @Test
    void ofVeryManyChangesTheOldestAreForgotten() {
        ChangedRuns changed = new ChangedRuns();
        changed.changed(List.of(RUN, OTHER), 0);
        changed.changed(List.of(RUN), 1);

        changed.changed(
                IntStream.range(0, ChangedRuns.MAX_RUNS - 1)
                        .mapToObj(ChangedRunsTest::id)
                        .toList(),
                2);

        assertThat(changed.contains(OTHER, 3)).isFalse();
        assertThat(changed.contains(RUN, 3)).isTrue();
    }

    private void open(List<BatchTask> tasks, List<BatchTask> held) {
        fold(new DispatchMessage.BatchOpened(
                1,
                SimulatedStore.RUN,
                SimulatedStore.FACTS,
                tasks,
                held.stream().map(BatchTask::index).toList(),
                held,
                Duration.ofHours(1)));
    }

    private void fold(DispatchMessage message) {
        List<DispatchMessage> next = List.of(message);
        while (!next.isEmpty()) {
            next = machine.on(next, now, Instant.EPOCH.plusNanos(now)).stream()
                    .map(this::answer)
                    .flatMap(List::stream)
                    .toList();
        }
    }

    private List<DispatchMessage> answer(DispatchEffect effect) {
        return switch (effect) {
            case DispatchEffect.Inspect inspect -> {
                inspected.addAll(inspect.indexes().keySet());
                yield List.of();
            }
            case DispatchEffect.Prepare prepare ->
                List.of(new DispatchMessage.Prepared(
                        prepare.task().taskId(),
                        prepare.epoch(),
                        prepare.task(),
                        false,
                        new Resolution.Payload(new byte[] {'{', '}'})));
            case DispatchEffect.Commit commit ->
                List.of(new DispatchMessage.Dispatched(
                        List.of(new Dispatch(
                                commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed())),
                        List.of(new Dispatch.Begun(commit.taskId(), 1, commit.expectedEpoch() + 1, 1))));
            case DispatchEffect.SendStart start ->
                List.of(new DispatchMessage.Heard(start.agentId(), new AgentEvent.Accepted(start.ref())));
            case DispatchEffect.RecordOutcome record ->
                List.of(new DispatchMessage.OutcomesRecorded(
                        record.batch(),
                        record.run(),
                        List.of(record.outcome()),
                        new Recorded(Set.of(record.outcome().index()), List.of(2), List.of(), List.of(), false)));
            default -> List.of();
        };
    }

    private static BatchTask row(int index, TaskStatus status) {
        return DispatchRows.row(
                id(index), index, "t", Priority.NORMAL, status, 0, 0, 0, null, null, null, null, PreemptionFacts.NONE);
    }

    private static UUID id(int index) {
        return new UUID(1, index);
    }
}
