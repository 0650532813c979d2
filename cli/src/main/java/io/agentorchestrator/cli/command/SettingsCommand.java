package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        description = "Lists the settings that may change while processes run, with who set them and when.",
        commandListHeading = "%nCommands:%n")
final class SettingsCommand extends ApiCommand {
    static final String PATH = "/v1/settings";

    private SettingsCommand(Invocation invocation) {
        super(invocation);
    }

    /** With its verb. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new SettingsCommand(invocation))
                .addSubcommand("set", new SettingsSetCommand(invocation));
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(PATH);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        ConsoleTable table = new ConsoleTable("SETTING", "VALUE", "DEFAULT", "SET AT", "BY", "WHAT", "ALLOWED");
        answer.as(Answers.SettingList.class)
                .settings()
                .forEach(setting -> table.add(
                        setting.name(),
                        setting.value(),
                        setting.default_(),
                        setting.updatedAt(),
                        setting.updatedBy(),
                        setting.description(),
                        setting.allowed()));
        invocation.print(table);
    }
}
