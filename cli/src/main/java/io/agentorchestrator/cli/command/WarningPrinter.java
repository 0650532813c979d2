package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import java.util.List;

/** Shows what the API finds odd in something that it accepted. */
final class WarningPrinter {
    private static final int MAX_TOLD = 20;

    private WarningPrinter() {}

    /** Says it beside the output, which is for what was asked. */
    static void print(Invocation invocation, List<Answers.Warning> warnings) {
        warnings.stream()
                .limit(MAX_TOLD)
                .forEach(warning -> invocation
                        .err()
                        .println("Warning %s at %s: %s"
                                .formatted(warning.code(), warning.pointer(), warning.message())));
        if (warnings.size() > MAX_TOLD) {
            invocation.err().println("… and " + (warnings.size() - MAX_TOLD) + " more warnings (--json has them)");
        }
    }
}
