package io.agentorchestrator.worker.budget;

import io.agentorchestrator.store.budget.BudgetGate;
import io.agentorchestrator.store.budget.BudgetUpkeep;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.SeparateSteps;
import io.agentorchestrator.store.loop.WakeSignal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * Puts tasks in line twice a second for which a budget has room again, pauses DAGs whose budgets are to be raised, and once in a while marks tasks for
 * new budgets and merges what was spent in past hours. Any number of workers may do so at once.
 */
@Component
@Import({BudgetGate.class, BudgetUpkeep.class})
public final class BudgetLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetLoop.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final int ROUNDS_TO_MARK = 4;
    private static final int ROUNDS_TO_MERGE = 600;

    private final BudgetUpkeep upkeep;
    private final SeparateSteps steps = new SeparateSteps(LOG, "budgets");
    private final WakeSignal commandWake;
    private final PollLoop loop;
    private int rounds;

    /**
     * Begins once started.
     *
     * @param commandWake of the loop that delivers commands
     */
    BudgetLoop(BudgetUpkeep upkeep, WakeSignal commandWake) {
        this.upkeep = upkeep;
        this.commandWake = commandWake;
        this.loop = new PollLoop("budgets", EVERY, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private void round() {
        int _ = steps.call("putting tasks in line", upkeep::putInLine, 0);
        if (steps.call("pausing", upkeep::pause, 0) > 0) {
            commandWake.now();
        }
        rounds++;
        if (rounds % ROUNDS_TO_MARK == 1) {
            while (steps.call("marking", upkeep::mark, false) && loop.isRunning()) {
                // Each is a short transaction.
            }
        }
        if (rounds % ROUNDS_TO_MERGE == 1) {
            while (steps.call("merging", upkeep::mergeSpending, 0) + steps.call("forgetting", upkeep::forget, 0) > 0
                    && loop.isRunning()) {
                // Each is a short transaction.
            }
        }
    }
}
