package io.agentorchestrator.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Keeps a DAG from starting further tasks; those that agents have go on.")
final class PauseCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private CommandArguments arguments = new CommandArguments();

    PauseCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        arguments.print(invocation, arguments.sendToDag(arguments.client(invocation), "pause"));
        return 0;
    }
}
