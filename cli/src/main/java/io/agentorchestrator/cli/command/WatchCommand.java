package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.progress.Followed;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Follows a DAG's run or a task until it ends.",
        footer = {"", "Exits 0 only if it completed. Ctrl-C leaves; the run goes on."})
final class WatchCommand extends Verb {
    @Mixin
    private IdArgument id = new IdArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints each event as a line of JSON, and nothing else.")
    private boolean json;

    WatchCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        Followed what = followed(client);
        RunWatch following = new RunWatch(invocation, client);
        return json ? following.passOn(what) : following.show(what);
    }

    private Followed followed(ApiClient client) throws InterruptedException {
        if (client.find("/v1/dags/" + id.value()).isPresent()) {
            return Followed.dag(id.value());
        }
        String dagId = id.task(client).as(Answers.Task.class).dagId();
        return Followed.task(id.value(), Objects.requireNonNullElse(dagId, ""));
    }
}
