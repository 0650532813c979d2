package io.agentorchestrator.cli.command;

import tools.jackson.databind.JsonNode;

/** Shows what the API finds odd in something that it accepted. */
final class Warnings {
    private static final int MAX_TOLD = 20;

    private Warnings() {}

    /** Says it beside the output, which is for what was asked. */
    static void print(Invocation invocation, JsonNode accepted) {
        JsonNode warnings = accepted.path("warnings");
        warnings.valueStream()
                .limit(MAX_TOLD)
                .forEach(warning -> invocation
                        .err()
                        .println("Warning %s at %s: %s"
                                .formatted(
                                        warning.path("code").asString(""),
                                        warning.path("pointer").asString(""),
                                        warning.path("message").asString(""))));
        if (warnings.size() > MAX_TOLD) {
            invocation.err().println("… and " + (warnings.size() - MAX_TOLD) + " more warnings (--json has them)");
        }
    }
}
