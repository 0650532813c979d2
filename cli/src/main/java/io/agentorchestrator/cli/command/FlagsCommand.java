package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        description =
                "Lists the functions that may be turned on and off while processes run, with who set them and when.",
        commandListHeading = "%nCommands:%n")
final class FlagsCommand extends ApiCommand {
    static final String PATH = "/v1/feature-flags";

    private FlagsCommand(Invocation invocation) {
        super(invocation);
    }

    /** With its verb. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new FlagsCommand(invocation)).addSubcommand("set", new FlagsSetCommand(invocation));
    }

    static String onOff(boolean enabled) {
        return enabled ? "on" : "off";
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(PATH);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        ConsoleTable table = new ConsoleTable("FLAG", "IS", "DEFAULT", "SET AT", "BY", "WHAT");
        answer.as(Answers.FeatureFlagList.class)
                .featureFlags()
                .forEach(flag -> table.add(
                        flag.name(),
                        flag.available() ? onOff(flag.enabled()) : "not built yet",
                        onOff(flag.default_()),
                        flag.updatedAt(),
                        flag.updatedBy(),
                        flag.description()));
        invocation.print(table);
    }
}
