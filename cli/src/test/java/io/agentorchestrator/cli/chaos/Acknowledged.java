package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.chaos.Submission.PlannedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What clients read a 202 for. Thread-safe. */
final class Acknowledged {
    /**
     * A task that was accepted.
     *
     * @param parents the ids of what it depends on, in its own DAG or batch and outside
     */
    record Accepted(String id, Submission submission, PlannedTask planned, List<String> parents) {}

    private final Map<String, Accepted> tasks = new ConcurrentHashMap<>();
    private final Map<String, List<String>> bySubmission = new ConcurrentHashMap<>();

    void add(Submission submission, List<String> ids, List<@Nullable String> outside) {
        bySubmission.put(submission.key(), ids);
        for (int i = 0; i < ids.size(); i++) {
            PlannedTask planned = submission.tasks().get(i);
            List<String> parents =
                    new ArrayList<>(planned.parents().stream().map(ids::get).toList());
            String other = outside.get(i);
            if (other != null) {
                parents.add(other);
            }
            Accepted before = tasks.put(ids.get(i), new Accepted(ids.get(i), submission, planned, parents));
            if (before != null) {
                throw new AssertionError("two requests were given one task: " + before + " and " + submission);
            }
        }
    }

    Map<String, Accepted> tasks() {
        return tasks;
    }

    /** The ids of the tasks of a submission. */
    List<String> of(Submission submission) {
        return bySubmission.getOrDefault(submission.key(), List.of());
    }
}
