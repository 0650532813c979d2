package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;

/**
 * Everything that a planner hears in a run whose tasks all complete: the roots are released at the start, a batch returns with all
 * its tasks completed, first come, first served, and with releases for the dependents that are ready by it.
 *
 * @param events from Begun to the last batch's return
 */
record Script(Plan plan, List<Event> events) {
    private static final PlannerSettings SETTINGS =
            new PlannerSettings(PlannerSettings.NEWEST_VERSION, /* maxBatchSize= */ 50, /* maxBatchesInFlight= */ 100);

    static Script of(Plan plan) {
        int[] missing = IntStream.range(0, plan.size())
                .map(task -> plan.parents()[task].length)
                .toArray();
        int[][] children = plan.children();
        Planner planner = planner(plan);
        Queue<Event> next = new ArrayDeque<>();
        next.add(new Event.Begun());
        next.add(new Event.Released(IntStream.range(0, plan.size())
                .filter(task -> missing[task] == 0)
                .boxed()
                .toList()));
        List<Event> events = new ArrayList<>();
        while (!next.isEmpty()) {
            Event event = next.remove();
            events.add(event);
            for (Decision decision : planner.on(event)) {
                if (decision instanceof Decision.DispatchBatch batch) {
                    next.add(returned(batch, children, missing));
                }
            }
        }
        return new Script(plan, List.copyOf(events));
    }

    /** Folds the events with a new planner. Returns its last decisions. */
    List<Decision> play() {
        Planner planner = planner(plan);
        List<Decision> last = List.of();
        for (Event event : events) {
            last = planner.on(event);
        }
        return last;
    }

    private static Planner planner(Plan plan) {
        return new Planner(plan, SETTINGS, (_, _) -> 0.5);
    }

    private static Event returned(Decision.DispatchBatch batch, int[][] children, int[] missing) {
        List<Integer> releases = new ArrayList<>();
        for (int task : batch.tasks()) {
            for (int child : children[task]) {
                missing[child]--;
                if (missing[child] == 0) {
                    releases.add(child);
                }
            }
        }
        List<AttemptEnd> ended = batch.tasks().stream()
                .map(task -> new AttemptEnd(task, 1, AttemptEnd.Outcome.COMPLETED, "", false))
                .toList();
        return new Event.BatchReturned(batch.batch(), ended, List.of(), List.of(), releases);
    }
}
