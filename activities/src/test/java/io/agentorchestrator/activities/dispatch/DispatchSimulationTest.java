package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.agentorchestrator.activities.dispatch.DispatchFaults.Faults;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Thousands of worlds, each from a seed that a failure names: {@code -Dseed=N} runs that one alone. */
class DispatchSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 2_000);
    private static final int TASKS = 40;

    private final Map<DispatchPhase, Set<DispatchPhase>> visited = new EnumMap<>(DispatchPhase.class);
    private long reports;
    private long preempted;
    private long checkpoints;

    @Test
    void everyTaskEndsOnceWhateverGoesWrong() {
        Long only = Long.getLong("seed");
        if (only != null) {
            run(only);
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
        for (DispatchPhase phase : DispatchPhase.values()) {
            assertThat(visited.getOrDefault(phase, EnumSet.noneOf(DispatchPhase.class)))
                    .as("transitions from %s that were ever made, out of the table", phase)
                    .containsExactlyInAnyOrderElementsOf(phase.next());
        }
        assertThat(reports).as("reports of agents that the store was told").isPositive();
        assertThat(preempted).as("tasks that made way for others").isGreaterThan(SEEDS / 10);
        assertThat(checkpoints)
                .as("their last checkpoints that the store was told")
                .isPositive();
    }

    /** In these worlds dispatch itself throws now and then, in the middle of whatever it does with a task. */
    @Test
    void everyTaskEndsOnceThoughStepsOfDispatchFail() {
        Long only = Long.getLong("seed");
        long seeds = Math.max(1, SEEDS / 4);
        long failures = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? seeds : only + 1); seed++) {
            Mistaken listener = new Mistaken(seed);
            DispatchWorld world = new DispatchWorld(seed, faults(seed), listener);
            listener.world = world;
            world.isMistaken = true;
            Random sizes = new Random(seed + 1);
            world.run(TASKS, 1 + sizes.nextInt(3), 1 + sizes.nextInt(3));
            check(seed, world);
            failures += listener.failures;
        }
        assertThat(failures).isGreaterThan(seeds);
    }

    /** Has one step in a hundred fail, until all is to be well. */
    private static final class Mistaken implements DispatchMachine.Listener {
        private final Random random;
        private @Nullable DispatchWorld world;
        private long failures;

        Mistaken(long seed) {
            this.random = new Random(seed);
        }

        @Override
        public void moved(DispatchPhase from, DispatchPhase to) {
            if (world != null && world.now < DispatchWorld.FAULTS_UNTIL && random.nextInt(100) == 0) {
                if (random.nextBoolean()) {
                    throw new IllegalStateException("from " + from + " to " + to);
                }
                throw new StackOverflowError();
            }
        }

        @Override
        public void failed(Throwable why) {
            failures++;
        }
    }

    private void run(long seed) {
        DispatchWorld world = new DispatchWorld(seed, faults(seed), new DispatchMachine.Listener() {
            @Override
            public void moved(DispatchPhase from, DispatchPhase to) {
                visited.computeIfAbsent(from, phase -> EnumSet.noneOf(DispatchPhase.class))
                        .add(to);
            }

            @Override
            public void failed(Throwable why) {
                fail("seed " + seed + ": the machine failed", why);
            }
        });
        Random sizes = new Random(seed + 1);
        world.run(TASKS, 1 + sizes.nextInt(3), 1 + sizes.nextInt(3));
        check(seed, world);
        reports += world.store.reports;
        preempted += world.preempted;
        checkpoints += world.store.rows.values().stream()
                .mapToInt(row -> row.checkpoints)
                .sum();
    }

    private static Faults faults(long seed) {
        Random chosen = new Random(~seed);
        return seed % 10 == 0
                ? new Faults(
                        false, false, false, false, false, false, false, false, false, false, false, false, false,
                        false)
                : new Faults(
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextBoolean(),
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(3) == 0,
                        chosen.nextInt(4) == 0,
                        chosen.nextInt(4) == 0,
                        chosen.nextInt(4) == 0,
                        chosen.nextInt(4) == 0);
    }

    private static void check(long seed, DispatchWorld world) {
        assertThat(world.store.unfinished())
                .as("seed %d, %s: tasks that never ended; %s", seed, world.faults, world.phases())
                .isEmpty();
        assertThat(world.store.violations).as("seed %d", seed).isEmpty();
        for (SimulatedStore.Row row : world.store.rows.values()) {
            int earned = world.earned.getOrDefault(row.id, 0) + (DispatchWorld.isImpossible(row.index) ? 1 : 0);
            assertThat(row.attempt)
                    .as("seed %d: attempts of task %d, whose agents failed it %d times", seed, row.index, earned)
                    .isLessThanOrEqualTo(earned + 1);
            if (row.status == TaskStatus.COMPLETED) {
                assertThat(row.ends)
                        .as("seed %d: outcomes of task %d that counted", seed, row.index)
                        .isEqualTo(row.attempt);
            }
        }
        world.agents
                .values()
                .forEach(agent -> assertThat(agent.mostAtOnce)
                        .as("seed %d: tasks at once at %s", seed, agent.id)
                        .isLessThanOrEqualTo(agent.slots));
        world.workers.values().stream()
                .filter(worker -> !worker.dead && world.now >= worker.asleepUntil)
                .forEach(worker -> assertThat(worker.machine.busy())
                        .as("seed %d: slots that %s still holds", seed, worker.id)
                        .isEmpty());
        if (!world.faults.isAny()) {
            world.store.rows.values().forEach(row -> {
                int executions = world.agents.values().stream()
                        .mapToInt(agent -> agent.executions.getOrDefault(row.id, 0))
                        .sum();
                assertThat(executions)
                        .as(
                                "seed %d: executions of task %d in %d attempts, stopped for others %d times",
                                seed, row.index, row.attempt, row.preemptions)
                        .isLessThanOrEqualTo(row.attempt + row.preemptions + world.moved.getOrDefault(row.id, 0));
            });
        }
    }
}
