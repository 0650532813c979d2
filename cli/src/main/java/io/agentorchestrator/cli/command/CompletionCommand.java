package io.agentorchestrator.cli.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        description = "Prints a script that completes commands and options in bash and zsh.",
        footer = {"", "Now, or in ~/.bashrc or ~/.zshrc:  source <(./orchestrator completion)"})
final class CompletionCommand implements Callable<Integer> {
    /** The name that the shell looks for when it completes {@code ./orchestrator}. */
    private static final String NAME = "orchestrator";

    private final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    CompletionCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        invocation.out().printMessage(AutoComplete.bash(NAME, spec.root().commandLine()));
        return 0;
    }
}
