package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The batches in flight, and the cutting of new ones. */
final class Batches {
    private final Plan plan;
    private final PlannerSettings settings;
    private final Map<Integer, int[]> inFlight = new TreeMap<>();
    private int nextBatch;

    Batches(Plan plan, PlannerSettings settings, int nextBatch) {
        this.plan = plan;
        this.settings = settings;
        this.nextBatch = nextBatch;
    }

    int nextBatch() {
        return nextBatch;
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** The number of tasks that fit into new batches. */
    int room() {
        return Math.max(0, settings.maxBatchesInFlight() - inFlight.size()) * settings.maxBatchSize();
    }

    /** The tasks of a batch that has returned, prefetched ones among them, or null if no such batch is in flight. */
    int @Nullable [] take(int batch) {
        return inFlight.remove(batch);
    }

    /**
     * Cuts tasks into as few batches as hold them, of about equal size.
     *
     * @param candidates no more than there is room for
     * @param prefetched the dependents that a batch of these tasks takes along
     */
    List<Decision.DispatchBatch> cut(int[] candidates, Function<int[], List<Integer>> prefetched) {
        int count = Math.ceilDiv(candidates.length, settings.maxBatchSize());
        int left = candidates.length;
        List<Decision.DispatchBatch> cut = new ArrayList<>(count);
        int from = 0;
        for (int batchesLeft = count; batchesLeft > 0; batchesLeft--) {
            int size = Math.ceilDiv(left, batchesLeft);
            int[] tasks = Arrays.copyOfRange(candidates, from, from + size);
            cut.add(launch(tasks, prefetched.apply(tasks)));
            from += size;
            left -= size;
        }
        return cut;
    }

    private Decision.DispatchBatch launch(int[] tasks, List<Integer> dependents) {
        int batch = nextBatch++;
        inFlight.put(
                batch,
                IntStream.concat(Arrays.stream(tasks), dependents.stream().mapToInt(Integer::intValue))
                        .toArray());
        int best =
                Arrays.stream(tasks).map(task -> plan.priorities()[task]).min().orElseThrow();
        return new Decision.DispatchBatch(
                batch, Arrays.stream(tasks).boxed().toList(), List.copyOf(dependents), Priority.ofKey(best));
    }
}
