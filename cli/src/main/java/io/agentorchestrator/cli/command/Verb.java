package io.agentorchestrator.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A verb of the command line; one that does nothing itself only holds others. It answers with the exit code. */
abstract class Verb implements Callable<Integer> {
    final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    CommandSpec spec;

    Verb(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        throw wrong("Which command?");
    }

    /** Prints a line. */
    final void say(String line) {
        invocation.out().println(line);
    }

    /** Says what may come next, beside the output, which is what was asked for: an id alone can be read by a script. */
    final void hint(String line) {
        invocation.err().println(line);
    }

    /** The refusal of options or arguments; usage is shown with it. */
    final ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
