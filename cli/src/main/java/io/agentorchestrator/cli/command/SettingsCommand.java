package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.console.ConsoleTable;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Lists the settings that may change while processes run, with who set them and when.",
        commandListHeading = "%nCommands:%n")
final class SettingsCommand implements Callable<Integer> {
    static final String PATH = "/v1/settings";

    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    private SettingsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** With its verb. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new SettingsCommand(invocation))
                .addSubcommand("set", new SettingsSetCommand(invocation));
    }

    @Override
    public Integer call() throws Exception {
        ApiAnswer answer = api.client(invocation).get(PATH);
        if (json) {
            invocation.pass(answer);
            return 0;
        }
        ConsoleTable table = new ConsoleTable("SETTING", "VALUE", "DEFAULT", "SET AT", "BY", "WHAT", "ALLOWED");
        answer.as(Answers.SettingList.class).settings().forEach(setting -> table.add(cells(setting)));
        table.lines(invocation.columns()).forEach(invocation.out()::println);
        return 0;
    }

    private static String[] cells(Answers.Setting setting) {
        return new String[] {
            setting.name(),
            setting.value(),
            setting.default_(),
            Objects.requireNonNullElse(setting.updatedAt(), "-"),
            Objects.requireNonNullElse(setting.updatedBy(), "-"),
            setting.description(),
            setting.allowed()
        };
    }
}
