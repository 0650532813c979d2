package io.agentorchestrator.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(description = "Lists dead letters, newest first.")
final class DlqListCommand implements Callable<Integer> {
    private static final int SHOWN_MESSAGE_CHARS = 60;

    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--task-type", paramLabel = "TYPE", defaultValue = "", description = "Only tasks of this type.")
    private String taskType = "";

    @Option(names = "--error-code", paramLabel = "CODE", defaultValue = "", description = "Only failures of this code.")
    private String errorCode = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "OPEN",
            description = "OPEN, REPROCESSED, RERUN, DELETED or ALL (default: ${DEFAULT-VALUE}).")
    private String state = "OPEN";

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

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    DlqListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = api.client(invocation)
                .get(DlqCommand.PATH + "?state=" + encoded(state) + "&limit=" + limit + filter("task_type", taskType)
                        + filter("error_code", errorCode) + filter("cursor", cursor));
        if (json) {
            invocation.out().println(answer.toPrettyString());
            return 0;
        }
        JsonNode entries = answer.path("dead_letters");
        if (entries.isEmpty()) {
            invocation.out().println("No dead letters.");
            return 0;
        }
        String row = "%-18s %-36s %-16s %-20s %8s  %-24s %-11s %s";
        invocation
                .out()
                .println(row.formatted("ENTRY", "TASK", "TYPE", "CODE", "ATTEMPTS", "FAILED", "STATE", "MESSAGE")
                        .stripTrailing());
        entries.valueStream().forEach(entry -> invocation.out().println(line(row, entry)));
        if (answer.has("next_cursor")) {
            invocation
                    .out()
                    .println("There are more: --cursor "
                            + answer.path("next_cursor").asString(""));
        }
        return 0;
    }

    private static String filter(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + encoded(value);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String line(String row, JsonNode entry) {
        String message = entry.path("error_message").asString("").replaceAll("\\s+", " ");
        return row.formatted(
                        entry.path("entry_id").asString(""),
                        entry.path("task_id").asString(""),
                        entry.path("task_type").asString(""),
                        entry.path("error_code").asString(""),
                        entry.path("attempts").asInt(0),
                        entry.path("failed_at").asString(""),
                        entry.path("state").asString(""),
                        message.length() > SHOWN_MESSAGE_CHARS
                                ? message.substring(0, SHOWN_MESSAGE_CHARS - 1) + "…"
                                : message)
                .stripTrailing();
    }
}
