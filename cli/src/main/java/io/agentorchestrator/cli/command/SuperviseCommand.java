package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.supervise.Supervisor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command that the background process of {@code up} runs. */
@Command(description = "Owns the stack's processes; `up` starts it.", hidden = true)
final class SuperviseCommand implements Callable<Integer> {
    private final Invocation invocation;

    SuperviseCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Supervisor.main(invocation.layout());
        return 0;
    }
}
