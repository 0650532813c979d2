package io.agentorchestrator.store.run;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.state.DependentWrites;
import io.agentorchestrator.store.state.DependentWrites.Readied;
import io.agentorchestrator.store.state.DependentWrites.Satisfied;
import io.agentorchestrator.store.state.Terms;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Applies ends of tasks to the dependents in their runs, of any number of runs at once. To be called within a transaction that has locked
 * the runs. Thread-safe.
 */
final class RunProgress {
    private final JdbcClient client;
    private final RunPlans plans;
    private final DependentWrites writes;

    RunProgress(JdbcClient client) {
        this.client = client;
        this.plans = new RunPlans(client);
        this.writes = new DependentWrites(client);
    }

    /**
     * Counts these parents off their dependents.
     *
     * @return the dependents that became ready
     */
    List<Readied> satisfy(List<Parents> parents) {
        List<Satisfied> satisfied = new ArrayList<>();
        List<Terms> terms = new ArrayList<>();
        for (Parents ended : parents) {
            satisfied.addAll(satisfied(ended));
            terms.addAll(terms(ended.run(), ended.followUp().byType()));
        }
        if (satisfied.isEmpty()) {
            return List.of();
        }
        List<Readied> readied = writes.satisfy(satisfied, terms);
        Set<RunKey> goingOn = parents.stream()
                .filter(ended -> !ended.paused())
                .map(Parents::run)
                .collect(Collectors.toSet());
        // In a paused run release has nothing to look for.
        if (readied.stream().anyMatch(task -> task.status() == TaskStatus.QUEUED && goingOn.contains(task.run()))) {
            announceBacklog();
        }
        return readied;
    }

    /** Tells release that something waits in the backlog. */
    void announceBacklog() {
        Channels.notify(client, Channels.BACKLOG);
    }

    static List<Terms> terms(RunKey run, Map<String, TypeTerms> byType) {
        return byType.entrySet().stream()
                .map(entry -> new Terms(
                        run,
                        entry.getKey(),
                        entry.getValue().headroom(),
                        entry.getValue().bestQueued(),
                        entry.getValue().over()))
                .toList();
    }

    /** Finds the tasks among these that depend on one of those parents. */
    List<Integer> dependents(RunKey run, Collection<Integer> tasks, Collection<Integer> parents) {
        Map<Integer, Integer> dependents = dependents(run, parents);
        return tasks.stream().filter(dependents::containsKey).toList();
    }

    private List<Satisfied> satisfied(Parents parents) {
        if (parents.tasks().isEmpty()) {
            return List.of();
        }
        boolean mayLeave = !parents.paused() && !parents.watched();
        List<Satisfied> satisfied = new ArrayList<>();
        dependents(parents.run(), parents.tasks())
                .forEach((child, count) -> satisfied.add(new Satisfied(
                        parents.run(),
                        child,
                        count,
                        mayLeave,
                        parents.followUp().agentByTask().get(child),
                        parents.workerId())));
        return satisfied;
    }

    /** The tasks that depend on one of these at least, ascending, and on how many of them. */
    private Map<Integer, Integer> dependents(RunKey run, Collection<Integer> parents) {
        int[][] children = plans.childrenOf(run.runId());
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int parent : parents) {
            for (int child : children[parent]) {
                counts.merge(child, 1, Integer::sum);
            }
        }
        return counts;
    }

    /**
     * Tasks of a run that satisfy their dependents now, and what may become of these.
     *
     * @param tasks indexes
     * @param workerId who would watch dependents that are dispatched; absent if nobody
     */
    record Parents(
            RunKey run,
            List<Integer> tasks,
            FollowUp followUp,
            boolean paused,
            boolean watched,
            @Nullable String workerId) {}
}
