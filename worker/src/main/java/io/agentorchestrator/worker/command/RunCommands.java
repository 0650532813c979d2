package io.agentorchestrator.worker.command;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.OpenCommand;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.worker.run.DeliveryResult;
import io.agentorchestrator.worker.run.MissingRuns;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.run.CommandSignal;
import io.agentorchestrator.workflows.run.RunSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/** Delivers the commands of one run, in their order, and acknowledges those that the run has. Thread-safe. */
@Component
@Import(CommandDelivery.class)
final class RunCommands {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommands.class);

    private final CommandDelivery store;
    private final TemporalRuns temporal;
    private final RunStarter starter;
    private final MissingRuns suspects;

    RunCommands(CommandDelivery store, TemporalRuns temporal, RunStarter starter, MissingRuns suspects) {
        this.store = store;
        this.temporal = temporal;
        this.starter = starter;
        this.suspects = suspects;
    }

    /**
     * Delivers as many as can be.
     *
     * @param commands of one run, in their order; at least one
     */
    Outcome deliver(List<OpenCommand> commands) {
        List<UUID> delivered = new ArrayList<>();
        try {
            return deliver(commands, delivered);
        } finally {
            if (!delivered.isEmpty()) {
                store.acknowledged(delivered);
            }
        }
    }

    private Outcome deliver(List<OpenCommand> commands, List<UUID> delivered) {
        RunStatus status = commands.getFirst().runStatus();
        if (status == RunStatus.PENDING) {
            Optional<RunStart> start = store.beginStart(commands.getFirst().run());
            if (start.isEmpty()) {
                return new Outcome.NotYet(commands); // somebody else is starting it
            }
            if (!starter.start(start.get())) {
                return new Outcome.TemporalAway();
            }
            status = RunStatus.RUNNING;
        }
        boolean ended = status.isTerminal();
        for (int i = 0; i < commands.size(); i++) {
            OpenCommand command = commands.get(i);
            if (ended && command.kind() == CommandSignal.Kind.EXPIRE) {
                delivered.add(command.commandId()); // nothing is left that a deadline could end
                continue;
            }
            switch (status) {
                case PENDING, STARTING -> {
                    return new Outcome.NotYet(commands.subList(i, commands.size()));
                }
                case RUNNING, PAUSED, COMPLETED, FAILED, CANCELLED -> {
                    switch (signal(command)) {
                        case DeliveryResult.Done _ -> delivered.add(command.commandId());
                        // A start that is still on its way would make a workflow that nobody tells.
                        case DeliveryResult.NotFound _
                        when ended && command.startUnderWay() -> {
                            return new Outcome.NotYet(commands.subList(i, commands.size()));
                        }
                        case DeliveryResult.NotFound _ when ended -> delivered.add(command.commandId());
                        case DeliveryResult.NotFound _ -> {
                            suspects.add(command.run());
                            return new Outcome.Delivered(); // the rest goes to the run that the reconciler makes of it
                        }
                        case DeliveryResult.Away _ -> {
                            return new Outcome.TemporalAway();
                        }
                        case DeliveryResult.Refused(String why) ->
                            LOG.error("Temporal refuses command {}: {}", command.commandId(), why);
                    }
                }
            }
        }
        return new Outcome.Delivered();
    }

    private DeliveryResult signal(OpenCommand command) {
        CommandSignal payload = new CommandSignal(
                command.commandId(),
                command.kind(),
                command.tasks(),
                command.code(),
                command.reason(),
                command.sequence());
        return temporal.signal(command.run().workflowId(command.runKind()), RunSignals.COMMAND, payload);
    }

    /** The outcome of a delivery. */
    sealed interface Outcome {
        /** The run has what it can have; what it cannot stays open, and comes again after a while. */
        record Delivered() implements Outcome {}

        /** These wait for the run's start. */
        record NotYet(List<OpenCommand> left) implements Outcome {}

        record TemporalAway() implements Outcome {}
    }
}
