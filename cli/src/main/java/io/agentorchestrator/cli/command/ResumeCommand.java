package io.agentorchestrator.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Lets a paused DAG go on.")
final class ResumeCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private CommandArguments arguments = new CommandArguments();

    ResumeCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        arguments.print(invocation, arguments.sendToDag(arguments.client(invocation), "resume"));
        return 0;
    }
}
