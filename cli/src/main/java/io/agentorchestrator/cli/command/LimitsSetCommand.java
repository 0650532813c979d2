package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Sets a limit, all of it: what is left out is not limited. New tasks go by it within 5 s.",
        footer = {"", "For example: limits set opus --by label:model --value opus --per-minute 100"})
final class LimitsSetCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The limit's name.")
    private String name = "";

    @Option(
            names = "--by",
            required = true,
            paramLabel = "PLACE",
            description = "Where the key is: task_type, label:NAME or payload_path:PATH.")
    private String by = "";

    @Option(names = "--value", paramLabel = "VALUE", description = "The one value that is limited; else each is.")
    private @Nullable String value;

    @Option(names = "--in-flight", paramLabel = "N", description = "Tasks in flight at most.")
    private @Nullable Integer inFlight;

    @Option(names = "--per-minute", paramLabel = "N", description = "Starts in a minute at most.")
    private @Nullable Integer perMinute;

    @Option(names = "--tokens-per-minute", paramLabel = "N", description = "Tokens in a minute at most.")
    private @Nullable Integer tokensPerMinute;

    LimitsSetCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        Map<String, Object> limit = new LinkedHashMap<>();
        limit.put("by", by);
        put(limit, "value", value);
        put(limit, "max_in_flight", inFlight);
        put(limit, "max_per_minute", perMinute);
        put(limit, "max_tokens_per_minute", tokensPerMinute);
        return client.put(Query.named(LimitsCommand.PATH, name), limit);
    }

    private static void put(Map<String, Object> limit, String field, @Nullable Object set) {
        if (set != null) {
            limit.put(field, set);
        }
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.LimitView limit = answer.as(Answers.LimitView.class);
        invocation.warn(Objects.requireNonNullElse(limit.warnings(), List.of()));
        say("%s is set; in flight: %s."
                .formatted(limit.name(), LimitsCommand.used(limit.inFlight(), limit.maxInFlight())));
    }
}
