package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.progress.RunView;
import io.agentorchestrator.cli.progress.SilentAgents;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        description =
                "Shows a DAG's run or a task: how it stands, what waits for what, what it has used up, and what it was last told to do and why.")
final class GetCommand extends ApiCommand {
    private static final int MAX_COMMANDS = 5;

    @Mixin
    private IdArgument id = new IdArgument();

    private boolean isDag;

    GetCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        Optional<ApiAnswer> dag = client.find("/v1/dags/" + id.value());
        isDag = dag.isPresent();
        return isDag ? dag.get() : id.task(client);
    }

    @Override
    void show(ApiClient client, ApiAnswer found) throws InterruptedException {
        List<String> lines = isDag
                ? invocation
                        .report()
                        .lines(RunView.of(found.as(Answers.Dag.class)), client.url("/v1/dags/" + id.value()))
                : invocation
                        .taskDescription()
                        .lines(found.as(Answers.Task.class), client.url("/v1/tasks/" + id.value()));
        lines.forEach(this::say);
        sayWhichAgentsAreSilent(
                client, isDag ? RunView.of(found.as(Answers.Dag.class)) : RunView.ofTask(found.as(Answers.Task.class)));
        // The commands that it was given, the last first.
        Query query = new Query("/v1/commands")
                .with(isDag ? "dag_id" : "task_id", id.value())
                .with("limit", MAX_COMMANDS);
        client.find(query.path())
                .ifPresent(answer -> answer.as(Answers.CommandList.class)
                        .commands()
                        .forEach(command ->
                                say("%s at %s: %s".formatted(command.kind(), command.createdAt(), command.reason()))));
    }

    /** Tells of agents that nobody hears of: what runs there shows no progress. */
    private void sayWhichAgentsAreSilent(ApiClient client, RunView run) throws InterruptedException {
        Set<String> atWork = SilentAgents.atWork(run);
        if (!atWork.isEmpty()) {
            client.find(AgentsCommand.PATH)
                    .ifPresent(answer -> new SilentAgents(Clock.systemUTC())
                            .lines(atWork, answer.as(Answers.AgentList.class).agents())
                            .forEach(this::say));
        }
    }
}
