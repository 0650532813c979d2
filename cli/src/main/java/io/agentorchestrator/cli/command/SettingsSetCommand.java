package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.console.VisibleText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(description = "Sets a setting; all processes go by it within 5 s.")
final class SettingsSetCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "NAME", description = "The setting, as `settings` shows it.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "Its value from now on, such as P14D.")
    private String value = "";

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    SettingsSetCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        String path = SettingsCommand.PATH + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        ApiAnswer answer = api.client(invocation)
                .put(path, JsonNodeFactory.instance.objectNode().put("value", value));
        if (json) {
            invocation.pass(answer);
        } else {
            Answers.Setting setting = answer.as(Answers.Setting.class);
            invocation
                    .out()
                    .println("%s is %s.".formatted(VisibleText.of(setting.name()), VisibleText.of(setting.value())));
        }
        return 0;
    }
}
