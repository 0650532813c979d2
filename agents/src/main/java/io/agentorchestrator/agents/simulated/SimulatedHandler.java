package io.agentorchestrator.agents.simulated;

import io.agentorchestrator.sdk.RawOutcome;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskFailure;
import io.agentorchestrator.sdk.TaskHandler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Pretends to work: sleeps, reports, and does what its payload says. What goes wrong goes wrong in the middle of the sleep
 * (at the first checkpoint in its second half, where there are checkpoints), so that a later attempt has something to
 * resume from and something left to do.
 */
public final class SimulatedHandler implements TaskHandler {
    static final int SLOW_TAIL_FACTOR = 10;
    /** Exit code of a simulated crash: that of a process killed by SIGKILL. */
    static final int CRASH_EXIT_CODE = 137;

    private static final byte[] GARBAGE = "{\"slept_ms\": <garbage".getBytes(StandardCharsets.UTF_8);

    private final Ledger ledger;
    private final Runnable crash;

    /**
     * A handler for any number of tasks and types.
     *
     * @param ledger where executions are counted; the caller closes it
     */
    public SimulatedHandler(Ledger ledger) {
        this(ledger, () -> Runtime.getRuntime().halt(CRASH_EXIT_CODE));
    }

    SimulatedHandler(Ledger ledger, Runnable crash) {
        this.ledger = ledger;
        this.crash = crash;
    }

    @Override
    public @Nullable Object handle(TaskContext task) throws Exception {
        ledger.record(task.taskKey(), task.attemptKey(), task.attempt(), task.epoch());
        SimulatedPayload payload =
                task.payload().isEmpty() ? SimulatedPayload.NOTHING : task.payloadAs(SimulatedPayload.class);
        Chances chances = Chances.of(payload, task.taskId(), task.attempt());

        Sleep sleep = new Sleep(task, payload, chances.isSlow(), cost -> reportCost(task, cost));
        if (payload.fails(task.attempt()) || chances.fails() || chances.crashes() || chances.hangs()) {
            sleep.untilTrouble();
            reportCost(task, payload.costMicroUsd());
            throw trouble(task, payload, chances);
        }
        sleep.toTheEnd();
        reportCost(task, payload.costMicroUsd());
        boolean isFirst =
                payload.hasEffect() && ledger.effect(task.taskKey(), task.attemptKey(), task.attempt(), task.epoch());

        Map<String, Object> result = new LinkedHashMap<>();
        result.put("slept_ms", sleep.sleptMillis());
        result.put("resumed_from_ms", sleep.resumedFromMillis());
        result.put("attempt", task.attempt());
        if (payload.hasEffect()) {
            result.put("effect", isFirst ? "done" : "already_done");
        }
        if (payload.resultBytes() != null) {
            result.put("padding", "x".repeat(payload.resultBytes()));
        }
        return asAsked(payload, chances, result);
    }

    private TaskFailure trouble(TaskContext task, SimulatedPayload payload, Chances chances)
            throws InterruptedException {
        if (chances.crashes()) {
            crash.run();
        }
        if (chances.hangs()) {
            new CountDownLatch(1).await(); // for ever: only an interrupt ends it
        }
        return payload.failure(task.attempt());
    }

    private void reportCost(TaskContext task, long costMicroUsd) {
        if (costMicroUsd > 0) {
            ledger.charge(task.taskKey(), task.attemptKey(), task.attempt(), task.epoch(), costMicroUsd);
            task.usage(costMicroUsd, 0, 0);
        }
    }

    private static Object asAsked(SimulatedPayload payload, Chances chances, Map<String, Object> result) {
        int copies = payload.sendsTwice() ? 2 : 1;
        if (payload.sendsGarbage() || chances.garbles()) {
            return new RawOutcome(GARBAGE, copies);
        }
        return copies == 1 ? result : RawOutcome.ofJson(result, copies);
    }
}
