package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.supervise.StackStopper;
import picocli.CommandLine.Command;

@Command(description = "Stops the embedded stack; its data stays.")
final class DownCommand extends Verb {
    DownCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        boolean ran = new StackStopper(invocation.layout()).stop(invocation.out()::tell);
        say(ran ? "Stopped. Its data stays." : "The stack was not running.");
        say("Bring it back with " + invocation.upCommand());
        return 0;
    }
}
