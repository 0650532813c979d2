package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.OutputLost;
import io.agentorchestrator.cli.process.ExitHook;
import io.agentorchestrator.cli.progress.Followed;
import io.agentorchestrator.cli.progress.ProgressDisplay;
import io.agentorchestrator.cli.progress.RunFollower;
import io.agentorchestrator.cli.progress.RunView;
import java.nio.charset.StandardCharsets;

/** Follows something to its end, for the verbs that do; answers with their exit code. */
record RunWatch(Invocation invocation, ApiClient client) {
    /** Live progress, then the outcome. Ctrl-C leaves, and says how to come back. */
    int show(Followed what) throws InterruptedException {
        ProgressDisplay progress = invocation.progress();
        ExitHook detach = new ExitHook(() -> leave(progress, what));
        RunView run;
        try {
            run = RunFollower.showing(client, progress).follow(what);
        } finally {
            if (detach.remove()) {
                progress.close();
                invocation.out().println("");
            }
        }
        invocation.report().lines(run, client.url(what.statusPath())).forEach(invocation.out()::println);
        return exitCode(run);
    }

    private void leave(ProgressDisplay progress, Followed what) {
        try {
            progress.close();
            invocation.out().println("");
            invocation.out().println("Detached; the run goes on. Come back with: ./orchestrator watch " + what.id());
        } catch (OutputLost nobodyReads) {
            return;
        }
    }

    /** Every event, a line each. */
    int passOn(Followed what) throws InterruptedException {
        return exitCode(RunFollower.passingOn(
                        client,
                        event -> invocation
                                .out()
                                .pass((event.data().replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8)))
                .follow(what));
    }

    private static int exitCode(RunView run) {
        return run.completed() ? 0 : 1;
    }
}
