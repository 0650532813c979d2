package io.agentorchestrator.worker.notice;

import io.agentorchestrator.store.run.RunNotices;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Notices of tasks that have completed, in memory. Thread-safe. */
final class FakeNotices implements UndeliveredNotices {
    private final List<Row> rows = new ArrayList<>();
    private long sequence;
    private boolean ended;

    private record Row(RunKey run, long sequence, int task) {}

    synchronized void completed(RunKey run, int task) {
        sequence++;
        rows.add(new Row(run, sequence, task));
    }

    /** Every run has ended. */
    synchronized void end() {
        ended = true;
    }

    synchronized boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public synchronized List<RunNotices> undelivered(int maxRuns, int maxRows) {
        Map<RunKey, List<Row>> byRun = new LinkedHashMap<>();
        rows.forEach(
                row -> byRun.computeIfAbsent(row.run(), _ -> new ArrayList<>()).add(row));
        return byRun.values().stream()
                .limit(maxRuns)
                .map(all -> notices(all.stream().limit(maxRows).toList()))
                .toList();
    }

    private RunNotices notices(List<Row> of) {
        List<AttemptEnd> ends = of.stream()
                .map(row -> new AttemptEnd(row.task(), 1, AttemptEnd.Outcome.COMPLETED, "", false))
                .toList();
        return new RunNotices(of.getFirst().run(), RunKind.DAG, of.getLast().sequence(), ends, List.of(), ended);
    }

    @Override
    public synchronized void delivered(RunKey run, long upToSequence) {
        rows.removeIf(row -> row.run().equals(run) && row.sequence() <= upToSequence);
    }
}
