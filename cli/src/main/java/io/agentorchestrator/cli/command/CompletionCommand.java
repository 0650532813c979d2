package io.agentorchestrator.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        description = "Prints a script that completes commands and options in bash and zsh.",
        footer = {"", "Now, or in ~/.bashrc or ~/.zshrc:  source <(./orchestrator completion)"})
final class CompletionCommand extends Verb {
    /** The name that the shell looks for when it completes {@code ./orchestrator}. */
    private static final String NAME = "orchestrator";

    CompletionCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() {
        invocation.out().printMessage(AutoComplete.bash(NAME, spec.root().commandLine()));
        return 0;
    }
}
