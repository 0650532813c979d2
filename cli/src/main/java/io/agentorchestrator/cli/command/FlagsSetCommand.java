package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Turns a function on or off; all processes go by it within 5 s.")
final class FlagsSetCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The flag, as `flags` shows it.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "on|off", description = "What it is from now on.")
    private String value = "";

    FlagsSetCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        boolean enabled = switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw wrong("A flag is set on or off, not `" + value + "`.");
        };
        return client.put(Query.named(FlagsCommand.PATH, name), Map.of("enabled", enabled));
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.FeatureFlag flag = answer.as(Answers.FeatureFlag.class);
        say("%s is %s.".formatted(flag.name(), FlagsCommand.onOff(flag.enabled())));
    }
}
