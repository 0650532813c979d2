package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Sets a setting; all processes go by it within 5 s.")
final class SettingsSetCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The setting, as `settings` shows it.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "Its value from now on, such as P14D.")
    private String value = "";

    SettingsSetCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.put(Query.named(SettingsCommand.PATH, name), Map.of("value", value));
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.Setting setting = answer.as(Answers.Setting.class);
        say("%s is %s.".formatted(setting.name(), setting.value()));
    }
}
