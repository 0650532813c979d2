package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.FairShares;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tenants that wait in the backlog, and what orders them.
 *
 * @param tenantsByLine at most {@link ContenderReader#MAX_TENANTS} of each line
 * @param anyDue whether a task with a deadline waits
 * @param use of these tenants and of those that have used most, in seconds of slots; who is missing has used nothing
 * @param weights of tenants of which somebody has said something
 */
public record Contenders(
        Map<BacklogLine, List<String>> tenantsByLine,
        boolean anyDue,
        Map<String, Double> use,
        Map<String, Double> weights,
        Ageing ageing) {
    /** Nobody is known to wait. */
    public static final Contenders NONE = new Contenders(Map.of(), false, Map.of(), Map.of(), Ageing.STANDARD);

    /** The same, with seconds of slots that tenants have used besides; where no two tenants wait, use counts for nothing, and is left out. */
    public Contenders plus(Map<String, Double> seconds) {
        if (seconds.isEmpty()
                || tenantsByLine.values().stream()
                                .flatMap(List::stream)
                                .distinct()
                                .limit(2)
                                .count()
                        < 2) {
            return this;
        }
        Map<String, Double> sum = new HashMap<>(use);
        seconds.forEach((tenant, more) -> sum.merge(tenant, more, Double::sum));
        return new Contenders(tenantsByLine, anyDue, sum, weights, ageing);
    }

    /** The tenants that wait with tasks of these types. */
    public Set<String> tenants(Collection<String> types) {
        Set<String> tenants = new HashSet<>();
        tenantsByLine.forEach((line, waiting) -> {
            if (types.contains(line.taskType())) {
                tenants.addAll(waiting);
            }
        });
        return tenants;
    }

    /** The shares as they are known. */
    public FairShares shares() {
        return new FairShares(use, weights);
    }

    /** The tenants that have used more than their share, while others wait with tasks of these types. */
    public Set<String> over(Collection<String> types) {
        Set<String> waiting = tenants(types);
        if (waiting.isEmpty()) {
            return Set.of();
        }
        FairShares.Sum sum = shares().sum(waiting);
        Set<String> over = new HashSet<>();
        for (String tenant : use.keySet()) {
            if (waiting.contains(tenant) ? waiting.size() > 1 && sum.isOver(tenant) : sum.isOverBeside(tenant)) {
                over.add(tenant);
            }
        }
        return over;
    }
}
