package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.ReadyQueues.Assignment;
import io.agentorchestrator.store.run.Allowance;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.selector.AgentTraits;
import io.agentorchestrator.workflows.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Compares {@link ReadyQueues} with their definition, by which every waiting task and every agent is looked at. */
class ReadyQueuesPropertyTest {
    private static final double COMMIT_NANOS = 10_000_000;
    private static final long MILLI = 1_000_000;
    private static final int STEPS = 400;
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final String[] REGIONS = {"eu", "us"};

    private final ReadyQueues queues = new ReadyQueues();
    private final TaskTimes times = new TaskTimes();
    private final Set<TrackedTask> waiting = new TreeSet<>(TrackedTask.ORDER);
    private Random random = new Random();
    private PlacementStrategy strategy = PlacementStrategy.LEAST_LOADED;
    private long now;
    private int number;

    @RepeatedTest(100)
    void choosesAsEveryTaskAndAgentLookedAtWould(RepetitionInfo repetition) {
        long seed = Long.getLong("seed", repetition.getCurrentRepetition());
        random = new Random(seed);
        strategy = random.nextBoolean() ? PlacementStrategy.COST_BASED : PlacementStrategy.LEAST_LOADED;
        queues.placeBy(strategy);
        fleet();
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(30) * MILLI;
            change();
            String where = "seed " + seed + ", step " + step;
            assertIsBest(queues.next(now), where);
            assertThat(queues.all())
                    .as(where)
                    .allSatisfy(agent -> assertThat(queues.demandOf(agent)).isEqualTo(demandOf(agent)));
            assertMovesTheBest(queues.movable(now), where);
        }
    }

    private void assertIsBest(@Nullable Assignment chosen, String where) {
        TrackedTask task = waiting.stream()
                .filter(each -> queues.all().stream().anyMatch(agent -> hasRoomFor(agent, each)))
                .findFirst()
                .orElse(null);
        assertThat(chosen == null ? null : chosen.task()).as(where).isEqualTo(task);
        if (chosen == null || task == null) {
            return;
        }
        assertThat(hasRoomFor(chosen.agent(), task)).as(where).isTrue();
        assertThat(queues.all())
                .as(where)
                .noneMatch(other -> hasRoomFor(other, task) && isBetter(other, chosen.agent(), task));
        assertThat(chosen.among()).as(where).isEqualTo((int) queues.all().stream()
                .filter(agent -> isOpen(agent) && agent.mayHave(task))
                .count());
    }

    private boolean isOpen(AgentQueue agent) {
        return agent.takesTasks(now) && agent.isTrusted();
    }

    private boolean hasRoomFor(AgentQueue agent, TrackedTask task) {
        return isOpen(agent) && agent.mayHave(task) && agent.hasRoomFor(task.facts.priority(), COMMIT_NANOS);
    }

    private boolean isBetter(AgentQueue agent, AgentQueue than, TrackedTask task) {
        int preference = preference(agent, task) - preference(than, task);
        if (preference == 0 && isSoonFree(agent, task) != isSoonFree(than, task)) {
            return isSoonFree(agent, task);
        }
        double rating = rating(agent, task) == rating(than, task) ? 0 : rating(agent, task) - rating(than, task);
        return preference > 0 || (preference == 0 && (rating < 0 || (rating == 0 && agent.isLessLoadedThan(than))));
    }

    private static int preference(AgentQueue agent, TrackedTask task) {
        Selector preferred = task.selector.preferred();
        int met = preferred.metBy(agent.facts.accepts().traits());
        return preferred.isEmpty() ? 0 : agent.unclaimed() > 0 ? 100 + met : met;
    }

    private static boolean isSoonFree(AgentQueue agent, TrackedTask task) {
        return agent.unclaimed() > 0
                || (task.movedBy != PlacementReason.MOVED_IDLE && agent.hasSlotWithin(COMMIT_NANOS + 20 * MILLI));
    }

    private double rating(AgentQueue agent, TrackedTask task) {
        double seconds = times.expectedSeconds(agent.agentId, task.type(), task.facts.complexity());
        return strategy.rate(agent.used(), agent.facts.slots(), agent.facts.costPerHourUsd(), seconds);
    }

    private int demandOf(AgentQueue agent) {
        return agent.staged.size()
                + agent.committing
                + (int) waiting.stream().filter(agent::mayHave).count();
    }

    /** Each that moves could start elsewhere and waits too long; none stays that could, while a worse one moves in its place or a slot is left. */
    private void assertMovesTheBest(List<TrackedTask> moved, String where) {
        List<TrackedTask> due = queues.all().stream()
                .filter(agent -> !(agent.takesTasks(now) && agent.free() > 0))
                .flatMap(agent -> agent.staged.stream())
                .filter(task -> now - task.stagedAt > (20 * MILLI) << Math.min(task.idleMoves, 8))
                .sorted(TrackedTask.ORDER)
                .toList();
        List<TrackedTask> expected = new ArrayList<>();
        List<TrackedTask> left = new ArrayList<>(due);
        for (AgentQueue agent : queues.all()) {
            List<TrackedTask> taken = left.stream()
                    .filter(task -> isOpen(agent) && agent.mayHave(task))
                    .limit(agent.unclaimed())
                    .toList();
            expected.addAll(taken);
            left.removeAll(taken);
        }
        assertThat(moved).as(where).isEqualTo(expected);
    }

    // What happens meanwhile

    private void change() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                TrackedTask task = task();
                waiting.add(task);
                queues.addWaiting(task);
            }
            case 4, 5 -> place(queues.next(now));
            case 6, 7 -> pick(agent -> agent.committing > 0, this::stage);
            case 8 ->
                pick(agent -> !agent.staged.isEmpty() && agent.free() > 0, agent -> {
                    TrackedTask task = agent.staged.removeFirst();
                    agent.busy.add(task);
                });
            case 9 -> pick(agent -> !agent.busy.isEmpty(), this::end);
            case 10 ->
                pick(agent -> true, agent -> {
                    switch (random.nextInt(4)) {
                        case 0 -> agent.full(now + random.nextInt(100) * MILLI);
                        case 1 -> agent.connected = !agent.connected;
                        case 2 -> agent.congested = !agent.congested;
                        default -> agent.unblock();
                    }
                });
            default -> {
                if (random.nextInt(4) == 0) {
                    fleet();
                } else if (!waiting.isEmpty()) {
                    TrackedTask task = List.copyOf(waiting).get(random.nextInt(waiting.size()));
                    waiting.remove(task);
                    queues.removeWaiting(task);
                }
            }
        }
    }

    private void place(@Nullable Assignment chosen) {
        if (chosen != null) {
            waiting.remove(chosen.task());
            queues.removeWaiting(chosen.task());
            chosen.agent().committing++;
        }
    }

    private void stage(AgentQueue agent) {
        TrackedTask task = task();
        agent.committing--;
        task.payload = new byte[0];
        task.stagedAt = now;
        task.idleMoves = random.nextInt(3);
        agent.staged.add(task);
    }

    private void end(AgentQueue agent) {
        TrackedTask task = agent.busy.stream().min(TrackedTask.ORDER).orElseThrow();
        agent.busy.remove(task);
        long nanos = (1 + random.nextInt(2_000)) * MILLI;
        queues.completed(agent, task, nanos);
        times.completed(agent.agentId, task.type(), task.facts.complexity(), nanos);
    }

    private void pick(Predicate<AgentQueue> which, Consumer<AgentQueue> what) {
        List<AgentQueue> found = queues.all().stream()
                .filter(which)
                .sorted(Comparator.comparing(agent -> agent.agentId))
                .toList();
        if (!found.isEmpty()) {
            what.accept(found.get(random.nextInt(found.size())));
        }
    }

    /** Other agents, or the same with other traits. */
    private void fleet() {
        boolean isSame = random.nextBoolean();
        List<AgentFacts> facts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            AgentQueue known = queues.find("agent-" + i);
            if (isSame ? known != null : random.nextInt(4) > 0) {
                Set<String> types = new HashSet<>(Set.of("type-" + random.nextInt(3)));
                types.add("type-" + random.nextInt(3));
                Set<String> tenants = random.nextInt(3) > 0 ? null : Set.of("tenant-" + random.nextInt(2));
                if (isSame && known != null) {
                    types = known.facts.accepts().types();
                    tenants = known.facts.accepts().tenants();
                }
                AgentTraits traits = random.nextBoolean()
                        ? AgentTraits.NONE
                        : new AgentTraits(REGIONS[random.nextInt(2)], null, Map.of());
                facts.add(new AgentFacts(
                        "agent-" + i,
                        new Eligibility(types, tenants, traits),
                        1 + random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(8) > 0,
                        random.nextInt(8) > 0 ? Trust.CLOSED : Trust.TRIAL_FREE,
                        false));
            }
        }
        List<AgentQueue> _ = queues.fleet(facts);
        queues.all().forEach(agent -> agent.connected = random.nextInt(8) > 0);
        Set<String> ids = new HashSet<>();
        Set<String> types = new HashSet<>();
        facts.forEach(agent -> {
            ids.add(agent.agentId());
            types.addAll(agent.accepts().types());
        });
        times.keepOnly(ids, types);
    }

    private TrackedTask task() {
        UUID id = new UUID(0, ++number);
        Priority priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
        String required = "{\"region\":\"" + REGIONS[random.nextInt(2)] + "\"}";
        String selector = switch (random.nextInt(4)) {
            case 0 -> required;
            case 1 -> "{\"preferred\":" + required + "}";
            default -> null;
        };
        Allowance allowance =
                random.nextInt(4) > 0 ? null : new Allowance(0, 0, null, null, (double) random.nextInt(3), null);
        TrackedTask task = new TrackedTask(
                new RunKey(id, 1),
                RunFacts.OF_GROUP,
                row(id, "type-" + random.nextInt(3), "tenant-" + random.nextInt(3), priority, selector, allowance),
                DispatchPhase.WAITING,
                number,
                Long.MAX_VALUE,
                now);
        task.movedBy = random.nextInt(8) == 0 ? PlacementReason.MOVED_IDLE : null;
        return task;
    }

    private static BatchTask row(
            UUID id,
            String type,
            String tenant,
            Priority priority,
            @Nullable String selector,
            @Nullable Allowance allowance) {
        return new BatchTask(
                id,
                0,
                tenant,
                null,
                null,
                type,
                priority,
                1.0,
                TaskStatus.RELEASED,
                0,
                0,
                null,
                null,
                null,
                Instant.EPOCH,
                "{}",
                false,
                Duration.ofSeconds(150),
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                0,
                Duration.ZERO,
                Duration.ZERO,
                false,
                Usage.NONE,
                selector,
                PreemptionFacts.NONE,
                allowance);
    }
}
