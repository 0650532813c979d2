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

/** The lots in flight, and the cutting of new ones. */
final class Lots {
    private final Plan plan;
    private final PlannerSettings settings;
    private final Map<Integer, int[]> inFlight = new TreeMap<>();
    private int nextLot;

    Lots(Plan plan, PlannerSettings settings, int nextLot) {
        this.plan = plan;
        this.settings = settings;
        this.nextLot = nextLot;
    }

    int nextLot() {
        return nextLot;
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** How many tasks fit into new lots. */
    int room() {
        return Math.max(0, settings.maxLotsInFlight() - inFlight.size()) * settings.maxLotSize();
    }

    /** The tasks of a lot that has returned, those that it took along among them, or null if no such lot is in flight. */
    int @Nullable [] take(int lot) {
        return inFlight.remove(lot);
    }

    /**
     * Cuts tasks into as few lots as hold them, of about equal size.
     *
     * @param candidates no more than there is room for
     * @param following what a lot of these tasks takes along
     */
    List<Decision.DispatchLot> cut(int[] candidates, Function<int[], List<Integer>> following) {
        int count = Math.ceilDiv(candidates.length, settings.maxLotSize());
        int left = candidates.length;
        List<Decision.DispatchLot> cut = new ArrayList<>(count);
        int from = 0;
        for (int lotsLeft = count; lotsLeft > 0; lotsLeft--) {
            int size = Math.ceilDiv(left, lotsLeft);
            int[] tasks = Arrays.copyOfRange(candidates, from, from + size);
            cut.add(launch(tasks, following.apply(tasks)));
            from += size;
            left -= size;
        }
        return cut;
    }

    private Decision.DispatchLot launch(int[] tasks, List<Integer> following) {
        int lot = nextLot++;
        inFlight.put(
                lot,
                IntStream.concat(Arrays.stream(tasks), following.stream().mapToInt(Integer::intValue))
                        .toArray());
        int best =
                Arrays.stream(tasks).map(task -> plan.priorities()[task]).min().orElseThrow();
        return new Decision.DispatchLot(
                lot, Arrays.stream(tasks).boxed().toList(), List.copyOf(following), Priority.ofKey(best));
    }
}
