package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.limit.LimitReader.Lined;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.ClaimOrder;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.FairShares;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses among held tasks of a key and type those that are put in line: as many as {@link LineRoom} says, in the order in which claims take them
 * ({@link ClaimOrder}). So nothing is put in line that a claim would hold again.
 *
 * <p>What is in line may stay there, and the tenant of a task that no agent takes uses nothing, so that it would go first for ever. So tenants of which tasks
 * stayed have a room of their own, of the same size, and take none of the others'.
 */
final class HeldTurns {
    /** Seconds of a slot that a task is expected to use. Which does not matter for long: what it does use is told as it runs. */
    static final double EXPECTED_SECONDS = 1;

    private final Set<String> staying = new HashSet<>();
    private final int roomOfStaying;
    private final int roomOfOthers;

    /**
     * Finds out how many may be put in line.
     *
     * @param room that the limit has
     * @param lined what was put in line lately, by tenant
     */
    HeldTurns(int room, Map<String, Lined> lined) {
        Lined stayed = Lined.NONE;
        Lined moved = Lined.NONE;
        for (Map.Entry<String, Lined> tenant : lined.entrySet()) {
            if (tenant.getValue().stale() > 0) {
                staying.add(tenant.getKey());
                stayed = stayed.plus(tenant.getValue());
            } else {
                moved = moved.plus(tenant.getValue());
            }
        }
        roomOfStaying = staying.isEmpty() ? 0 : LineRoom.most(room, stayed);
        roomOfOthers = LineRoom.most(room, moved);
    }

    /** The tasks of any tenant that may be put in line at most. */
    int most() {
        return roomOfStaying + roomOfOthers;
    }

    /**
     * Chooses.
     *
     * @param held the best, the first of tenants, and those that are due first
     * @param most so many at most
     * @param shares of the tenants; what is chosen counts
     */
    <T> List<T> choose(List<Turn<T>> held, int most, FairShares shares, Ageing ageing, Instant now) {
        List<T> chosen = new ArrayList<>();
        ClaimOrder<T> order = new ClaimOrder<>(held, shares, ageing, now);
        int leftToStaying = roomOfStaying;
        int leftToOthers = roomOfOthers;
        for (Turn<T> turn = order.next(); turn != null && chosen.size() < most; turn = order.next()) {
            boolean stays = staying.contains(turn.tenant());
            if ((stays ? leftToStaying : leftToOthers) == 0) {
                continue;
            }
            if (stays) {
                leftToStaying--;
            } else {
                leftToOthers--;
            }
            chosen.add(turn.task());
            order.use(turn, EXPECTED_SECONDS);
            shares.add(turn.tenant(), EXPECTED_SECONDS);
        }
        return chosen;
    }
}
