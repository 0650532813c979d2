package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Brings the tasks of a log to their ends, so that nothing of them is in the way of what comes next. */
final class Clearing {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration CANCEL_LIMIT = Duration.ofMinutes(1);
    private static final int CLIENTS = 20;
    private static final String DEFAULT_TENANT = "default";

    private Clearing() {}

    /**
     * Waits for the ends, cancels what has not ended when patience ends, and waits for those.
     *
     * @param type of the tasks
     * @param patience how long none may end; zero: cancels at once
     */
    static Audit clear(Target target, String type, TaskLog log, Duration patience)
            throws IOException, InterruptedException {
        return clear(target, DEFAULT_TENANT, type, log, patience);
    }

    /** The same, of a tenant's tasks. */
    static Audit clear(Target target, String tenant, String type, TaskLog log, Duration patience)
            throws IOException, InterruptedException {
        TaskApi api = target.tasks().ofTenant(tenant);
        CompletionTracker settling = new CompletionTracker(api, List.of(type), log);
        if (!settling.await(patience, PAUSE, open -> {})) {
            List<Request> cancels = IntStream.range(0, log.size())
                    .filter(place -> log.status(place) == Status.OPEN)
                    .mapToObj(place -> new Request("/v1/tasks/" + log.id(place) + "/cancel", new byte[0], 1, tenant))
                    .toList();
            target.tell("Cancelling " + Figures.count(cancels.size()) + " tasks.");
            Burst.offer(target.apiUrl(), cancels, CLIENTS);
            settling.await(CANCEL_LIMIT, PAUSE, open -> {});
        }
        return Audit.of(api, log);
    }
}
