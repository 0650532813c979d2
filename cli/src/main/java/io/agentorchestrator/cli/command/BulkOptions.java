package io.agentorchestrator.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

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
    private @Nullable String taskType;

    @Option(names = "--error-code", paramLabel = "CODE", description = "With --all: only failures of this code.")
    private @Nullable String errorCode;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "With --all: how many at most, up to 10000 (default: 1000).")
    private @Nullable Integer limit;

    /** The one entry; null for many. Refuses what is neither one nor many, and what narrows one. */
    @Nullable String one(Function<String, ParameterException> wrong) {
        if (all == (entry != null)) {
            throw wrong.apply("Give one ENTRY, or --all.");
        }
        if (!all && !filters().isEmpty()) {
            throw wrong.apply("--task-type, --error-code and --limit narrow --all; an ENTRY needs none.");
        }
        return entry;
    }

    /** The fields of a request that narrow it. */
    Map<String, Object> filters() {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("task_type", taskType);
        given.put("error_code", errorCode);
        given.put("limit", limit);
        given.values().removeIf(Objects::isNull);
        return given;
    }
}
