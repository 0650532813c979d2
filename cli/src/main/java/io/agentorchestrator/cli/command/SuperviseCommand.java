package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.supervise.Supervisor;
import picocli.CommandLine.Command;

/** The command that the background process of {@code up} runs. */
@Command(description = "Owns the stack's processes; `up` starts it.", hidden = true)
final class SuperviseCommand extends Verb {
    SuperviseCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        Supervisor.main(invocation.layout());
        return 0;
    }
}
