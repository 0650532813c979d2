package io.agentorchestrator.worker.retention;

import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.SeparateSteps;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.retention.Retention;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Setting;
import io.agentorchestrator.store.setting.Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Has deleted what the settings say, lap after lap. Of several workers one at a time does so. Batches are small, and after each it rests
 * for as long as it takes to keep the store free for others most of the time.
 */
@Component
public final class RetentionLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);
    /** A part of the time that it works, when there is something to delete: a fourth. */
    private static final int REST = 3;

    private static final Duration LONGEST_REST = Duration.ofSeconds(2);
    /** Between two laps: a part of the shortest period, within these. */
    private static final int LAPS_A_PERIOD = 20;

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** While another worker does it. */
    private static final Duration OTHERS_TURN = Duration.ofSeconds(10);

    private final Retention retention;
    private final LiveSettings settings;
    private final SeparateSteps steps = new SeparateSteps(LOG, "retention");
    private final PollLoop loop;

    RetentionLoop(Retention retention, LiveSettings settings, WakeSignal retentionWake) {
        this.retention = retention;
        this.settings = settings;
        this.loop = new PollLoop("retention", LONGEST_PAUSE, retentionWake, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private Duration round() {
        return retention.exclusively(this::lap) ? pause() : OTHERS_TURN;
    }

    /** The period is looked up before each batch: one that has become longer counts at once. */
    private void lap() {
        go("tasks", () -> retention.tasks(period(Settings.RETENTION_TASKS)));
        go("events", () -> retention.events(period(Settings.RETENTION_EVENTS)));
        go("commands", () -> retention.commands(period(Settings.RETENTION_COMMANDS)));
        go("dead letters", () -> retention.deadLetters(period(Settings.RETENTION_DEAD_LETTERS)));
        go("agents", () -> retention.agents(period(Settings.RETENTION_AGENTS)));
        go("idempotency keys", retention::idempotencyKeys);
        go("measurements", retention::measurements);
    }

    private Duration period(Setting<Duration> setting) {
        return settings.get(setting);
    }

    /** @param batch returns whether there is more to do */
    private void go(String what, BooleanSupplier batch) {
        boolean more = true;
        while (more && loop.isRunning()) {
            long begunNanos = System.nanoTime();
            more = steps.call(what, batch::getAsBoolean, false);
            rest((System.nanoTime() - begunNanos) * REST);
        }
    }

    private void rest(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(nanos, LONGEST_REST.toNanos()));
        } catch (InterruptedException _) {
            // Cuts the rest short, and ends nothing: that is for stop().
        }
    }

    private Duration pause() {
        Duration shortest = LONGEST_PAUSE.multipliedBy(LAPS_A_PERIOD);
        for (Setting<Duration> setting : Settings.RETENTIONS) {
            Duration period = period(setting);
            shortest = period.compareTo(shortest) < 0 ? period : shortest;
        }
        Duration pause = shortest.dividedBy(LAPS_A_PERIOD);
        return pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
    }
}
