package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** The dependents of each task of a DAG, read from its plan and kept for the most recently used DAGs. Thread-safe. */
final class RunPlans {
    /** Plans kept; a plan of 10,000 tasks with few dependencies takes about 1 MB. */
    private static final int MAX_CACHED = 128;

    private final JdbcTemplate jdbc;
    private final Map<UUID, int[][]> childrenByDag =
            Collections.synchronizedMap(new LinkedHashMap<>(MAX_CACHED, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<UUID, int[][]> eldest) {
                    return size() > MAX_CACHED;
                }
            });

    RunPlans(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    int[][] childrenOf(UUID dagId) {
        int[][] cached = childrenByDag.get(dagId);
        if (cached != null) {
            return cached;
        }
        byte[] encoded = jdbc.queryForObject("select plan from dag where dag_id = ?", byte[].class, dagId);
        if (encoded == null) {
            throw new IllegalStateException("DAG " + dagId + " has no plan");
        }
        Plan plan = PlanCodec.decode(encoded);
        int[][] children = plan.children();
        childrenByDag.put(dagId, children);
        return children;
    }
}
