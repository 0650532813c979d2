package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.progress.RunView;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description =
                "Shows a DAG's run or a task: how it stands, what waits for what, what it has used up, and what it was last told to do and why.")
final class GetCommand implements Callable<Integer> {
    private static final int MAX_COMMANDS = 5;

    private final Invocation invocation;

    @Mixin
    private IdArgument id = new IdArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    GetCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        Optional<ApiAnswer> dag = client.find("/v1/dags/" + id.value());
        ApiAnswer found = dag.isPresent() ? dag.get() : id.task(client);
        if (json) {
            invocation.pass(found);
        } else if (dag.isPresent()) {
            invocation
                    .report()
                    .lines(RunView.of(found.as(Answers.Dag.class)), client.url("/v1/dags/" + id.value()))
                    .forEach(invocation.out()::println);
            showCommands(client, "dag_id");
        } else {
            invocation
                    .taskDescription()
                    .lines(found.as(Answers.Task.class), client.url("/v1/tasks/" + id.value()))
                    .forEach(invocation.out()::println);
            showCommands(client, "task_id");
        }
        return 0;
    }

    /** Shows the commands that it was given, the last first. */
    private void showCommands(ApiClient client, String about) throws InterruptedException {
        Query query = new Query("/v1/commands").with(about, id.value()).with("limit", Integer.toString(MAX_COMMANDS));
        client.find(query.toString())
                .ifPresent(answer ->
                        answer.as(Answers.CommandList.class).commands().forEach(this::showCommand));
    }

    private void showCommand(Answers.Command command) {
        invocation.out().println("%s at %s: %s".formatted(command.kind(), command.createdAt(), command.reason()));
    }
}
