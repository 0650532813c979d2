package io.agentorchestrator.cli.command;

import picocli.CommandLine.Option;

/** The options of a command that lists page by page. */
final class PageOptions {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--cursor",
            paramLabel = "CURSOR",
            defaultValue = "",
            description = "Goes on where an earlier list, asked in the same way, ended.")
    private String cursor = "";

    String limit() {
        return Integer.toString(limit);
    }

    String cursor() {
        return cursor;
    }
}
