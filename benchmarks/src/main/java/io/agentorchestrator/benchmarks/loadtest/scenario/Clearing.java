package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Brings the tasks of a log to their ends, so that nothing of them is in the way of what comes next. */
final class Clearing {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration CANCEL_LIMIT = Duration.ofMinutes(1);
    private static final int CLIENTS = 20;

    private Clearing() {}

    /**
     * Waits for the ends, cancels what has not ended when patience ends, and waits for those.
     *
     * @param types of the tasks
     * @param patience how long none may end; zero: cancels at once
     * @return what is known then
     */
    static Ends clear(Target target, List<String> types, TaskLog log, Duration patience)
            throws IOException, InterruptedException {
        CompletionTracker settling = new CompletionTracker(target.tasks(), types, log);
        if (!settling.await(patience, PAUSE, open -> {})) {
            List<Request> requests = cancels(log, settling.ends());
            target.told().accept("Cancelling " + Figures.count(requests.size()) + " tasks.");
            Burst.offer(target.apiUrl(), requests, CLIENTS);
            settling.await(CANCEL_LIMIT, PAUSE, open -> {});
        }
        return settling.ends();
    }

    private static List<Request> cancels(TaskLog log, Ends ends) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            if (ends.status(i) == Status.OPEN) {
                requests.add(new Request("/v1/tasks/" + log.id(i) + "/cancel", new byte[0], 1));
            }
        }
        return requests;
    }
}
