package io.agentorchestrator.worker.command;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.OpenCommand;
import io.agentorchestrator.store.loop.ConcurrentSteps;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Takes open commands when woken and every second besides, and has them delivered: those of one run one after the other, those of
 * different runs beside each other. What is not delivered stays open, and comes again.
 */
@Component
public final class CommandLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLoop.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** Longer than a delivery takes, so that two workers rarely have the same command in hand. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private static final int MAX_COMMANDS = 500;
    private static final int MAX_RUNS_AT_ONCE = 32;

    private final CommandDelivery store;
    private final RunCommands delivery;
    private final Duration retryAfter;
    private final PollLoop loop;
    private final Set<RunKey> inFlight = ConcurrentHashMap.newKeySet();
    private final Queue<UUID> again = new ConcurrentLinkedQueue<>();
    private final ConcurrentSteps deliveries =
            new ConcurrentSteps(new StepGuard(LOG, "delivering commands"), MAX_RUNS_AT_ONCE);

    @Autowired
    CommandLoop(CommandDelivery store, RunCommands delivery, WakeSignal commandWake) {
        this(store, delivery, commandWake, POLL, RETRY_AFTER);
    }

    CommandLoop(CommandDelivery store, RunCommands delivery, WakeSignal wake, Duration poll, Duration retryAfter) {
        this.store = store;
        this.delivery = delivery;
        this.retryAfter = retryAfter;
        this.loop = new PollLoop("commands", poll, wake, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    @Override
    public void stop() {
        loop.stop();
        deliveries.stop();
    }

    private void round() {
        giveBack();
        Round round = new Round();
        List<OpenCommand> taken;
        do {
            taken = store.take(MAX_COMMANDS, retryAfter);
            byRun(taken).forEach((run, commands) -> deliver(run, commands, round));
        } while (taken.size() == MAX_COMMANDS && loop.isRunning() && !round.temporalIsAway);
    }

    /** Commands whose run could not take them yet; given back at the next round only, or one round would go on for ever. */
    private void giveBack() {
        List<UUID> due = new ArrayList<>();
        for (UUID command = again.poll(); command != null; command = again.poll()) {
            due.add(command);
        }
        if (!due.isEmpty()) {
            store.again(due);
        }
    }

    private void deliver(RunKey run, List<OpenCommand> commands, Round round) {
        if (round.temporalIsAway) {
            return; // they come again after a while
        }
        if (!inFlight.add(run)) {
            later(commands); // earlier ones are under way, and go first
            return;
        }
        deliveries.begin(() -> {
            try {
                switch (delivery.deliver(commands)) {
                    case RunCommands.Outcome.Delivered _ -> {}
                    case RunCommands.Outcome.NotYet(List<OpenCommand> left) -> later(left);
                    case RunCommands.Outcome.TemporalAway _ -> round.temporalIsAway = true;
                }
            } finally {
                inFlight.remove(run); // what failed is tried again
            }
        });
    }

    private void later(List<OpenCommand> commands) {
        commands.forEach(command -> again.add(command.commandId()));
    }

    private static Map<RunKey, List<OpenCommand>> byRun(List<OpenCommand> commands) {
        Map<RunKey, List<OpenCommand>> byRun = new LinkedHashMap<>();
        commands.forEach(command ->
                byRun.computeIfAbsent(command.run(), run -> new ArrayList<>()).add(command));
        return byRun;
    }

    /** State that the deliveries of one round share: when one of them misses Temporal, the others need not wait for it too. */
    private static final class Round {
        private volatile boolean temporalIsAway;
    }
}
