package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.supervise.StackStopper;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(description = "Stops the embedded stack; its data stays.")
final class DownCommand implements Callable<Integer> {
    private final Invocation invocation;

    DownCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        boolean ran = new StackStopper(invocation.layout()).stop(invocation.out()::tell);
        invocation.out().println(ran ? "Stopped. Its data stays." : "The stack was not running.");
        invocation.out().println("Bring it back with " + invocation.upCommand());
        return 0;
    }
}
