package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Brings about the faults of a {@link DispatchWorld}, until it is time for all to be well. */
final class DispatchFaults {
    /** Until a worker gives up a stream on which it hears nothing. */
    private static final long SILENT_NANOS = Duration.ofSeconds(30).toNanos();

    private final DispatchWorld world;

    DispatchFaults(DispatchWorld world) {
        this.world = world;
    }

    /** The kinds of fault that a world has. */
    record Faults(
            boolean agentsCrash,
            boolean agentsStop,
            boolean streamsBreak,
            boolean storeAway,
            boolean workersSleep,
            boolean workersDie,
            boolean cancels,
            boolean breakers,
            boolean unreachable,
            boolean deadlines,
            boolean silentAgents,
            boolean agentsStandStill,
            boolean cancelsMissed,
            boolean pauses) {
        boolean isAny() {
            return agentsCrash
                    || agentsStop
                    || streamsBreak
                    || storeAway
                    || workersSleep
                    || workersDie
                    || cancels
                    || breakers
                    || unreachable
                    || deadlines
                    || silentAgents
                    || agentsStandStill
                    || cancelsMissed
                    || pauses;
        }
    }

    void next() {
        if (world.now > DispatchWorld.FAULTS_UNTIL) {
            heal();
            return;
        }
        List<SimulatedAgent> all = world.agents.values().stream()
                .sorted(Comparator.comparing(agent -> agent.id))
                .toList();
        SimulatedAgent agent = all.get(world.random.nextInt(all.size()));
        SimulatedWorker worker = world.anyWorker();
        switch (world.random.nextInt(11)) {
            case 0 -> {
                if (world.faults.agentsCrash() && !agent.crashed) {
                    crash(agent);
                }
            }
            case 1 -> {
                if (world.faults.agentsStop() && !agent.crashed) {
                    agent.stopAll();
                }
            }
            case 2 -> {
                if (world.faults.streamsBreak() && worker != null) {
                    world.breakStream(worker, agent);
                }
            }
            case 3 -> {
                if (world.faults.storeAway()) {
                    long until = world.now + world.millis(100, world.random.nextInt(4) == 0 ? 40_000 : 8_000);
                    world.storeAwayUntil = Math.max(world.storeAwayUntil, until); // what waits for it waits that long
                }
            }
            case 4 -> {
                if (world.faults.workersSleep() && worker != null && world.now >= worker.asleepUntil) {
                    worker.sleep(world.millis(3_000, 60_000));
                }
            }
            case 5 -> {
                if (world.faults.workersDie() && worker != null && world.random.nextInt(3) == 0) {
                    die(worker);
                }
            }
            case 6 -> {
                if (world.faults.cancels() || world.faults.cancelsMissed()) {
                    cancelSome();
                }
            }
            case 7 -> {
                world.apiAway = world.faults.unreachable() && world.random.nextInt(3) == 0;
                // An agent that is cut off and silent, too, for longer than its leases counts as lost.
                if (world.faults.unreachable()
                        && !world.faults.agentsStandStill()
                        && worker != null
                        && world.random.nextInt(4) == 0) {
                    long time = world.millis(1_000, 120_000);
                    if (world.random.nextInt(3) == 0) {
                        world.workers.values().forEach(each -> world.cut(each, agent, time)); // nobody reaches it
                    } else {
                        world.cut(worker, agent, time);
                    }
                }
            }
            case 8 -> {
                if (world.faults.unreachable()) {
                    int most = world.random.nextInt(4) == 0 ? 3_600_000 : 2_000;
                    world.wallStep += world.millis(-most, most);
                }
            }
            case 9 -> {
                if (world.faults.agentsStandStill() && !agent.crashed && !agent.isStopped(world.now)) {
                    standStill(agent);
                }
            }
            case 10 -> {
                if (world.faults.pauses() && !world.store.paused) {
                    pause();
                }
            }
            default -> throw new IllegalStateException();
        }
        world.after(world.millis(200, 3_000), this::next);
    }

    private void crash(SimulatedAgent agent) {
        agent.crash().forEach(id -> world.earned.merge(id, 1, Integer::sum));
        agent.crashed = true;
        world.workers.values().forEach(worker -> world.breakStream(worker, agent));
        world.after(world.millis(500, 15_000), () -> agent.crashed = false);
    }

    /** For less than its leases: nothing that it has is lost. */
    private void standStill(SimulatedAgent agent) {
        agent.stoppedSince = world.now;
        agent.stoppedUntil = world.now + world.millis(1_000, 60_000);
        world.after(SILENT_NANOS, () -> {
            if (agent.isStopped(world.now)) {
                world.workers.values().forEach(worker -> world.breakStream(worker, agent));
            }
        });
    }

    private void die(SimulatedWorker worker) {
        worker.dead = true;
        worker.connected.clear();
        String id = worker.id + "'";
        world.after(world.millis(100, 5_000), () -> world.startWorker(id));
        worker.open
                .values()
                .forEach(batch -> world.after(
                        10_000 * DispatchWorld.MILLI, () -> world.open(world.anyWorker(), batch.get(0), batch.get(1))));
    }

    private void cancelSome() {
        List<SimulatedStore.Row> open = world.store.rows.values().stream()
                .filter(row -> !row.isOver() && !row.cancelled)
                .toList();
        if (open.isEmpty()) {
            return;
        }
        SimulatedStore.Row row = open.get(world.random.nextInt(open.size()));
        row.cancelled = true;
        if (row.status == TaskStatus.RELEASED || row.status == TaskStatus.BACKOFF) {
            row.status = TaskStatus.CANCELLED;
            world.inBatch.remove(row.index);
        }
        row.isCancelNoted = row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING;
        row.cancelledAt = world.now;
        if (row.isCancelNoted && world.faults.cancelsMissed()) {
            return;
        }
        world.workers
                .values()
                .forEach(worker -> worker.post(new DispatchMessage.CancelWanted(List.of(row.id), "wanted")));
    }

    /** Some pauses are not heard of. */
    private void pause() {
        world.store.paused = true;
        if (world.random.nextInt(4) > 0) {
            world.pauseToldAt = world.now;
            world.workers
                    .values()
                    .forEach(worker ->
                            worker.post(new DispatchMessage.RunsChanged(List.of(SimulatedStore.RUN.runId()))));
        }
        world.after(world.millis(200, 10_000), this::resume);
    }

    private void resume() {
        world.store.paused = false;
        world.pauseToldAt = Long.MAX_VALUE;
    }

    private void heal() {
        resume();
        world.storeAwayUntil = 0;
        world.apiAway = false;
    }
}
