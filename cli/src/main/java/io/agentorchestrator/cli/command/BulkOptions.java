package io.agentorchestrator.cli.command;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** One dead letter, or many: the same options for whatever is done with them. */
final class BulkOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ENTRY",
            description = "The id of a dead letter, as `dlq list` shows it.")
    @Nullable String entry;

    @Option(names = "--all", description = "Every open entry, or those that the filters name.")
    private boolean all;

    @Option(names = "--task-type", paramLabel = "TYPE", description = "With --all: only tasks of this type.")
    @Nullable String taskType;

    @Option(names = "--error-code", paramLabel = "CODE", description = "With --all: only failures of this code.")
    @Nullable String errorCode;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "With --all: how many at most, up to 10000 (default: 1000).")
    @Nullable Integer limit;

    /** The one entry; null for many. Refuses what is neither one nor many, and what narrows one. */
    @Nullable String one(Function<String, ParameterException> wrong) {
        if (all == (entry != null)) {
            throw wrong.apply("Give one ENTRY, or --all.");
        }
        if (!all && (taskType != null || errorCode != null || limit != null)) {
            throw wrong.apply("--task-type, --error-code and --limit narrow --all; an ENTRY needs none.");
        }
        return entry;
    }

    /** Names many in a request. */
    void putInto(ObjectNode body) {
        if (taskType != null) {
            body.put("task_type", taskType);
        }
        if (errorCode != null) {
            body.put("error_code", errorCode);
        }
        if (limit != null) {
            body.put("limit", limit);
        }
    }
}
