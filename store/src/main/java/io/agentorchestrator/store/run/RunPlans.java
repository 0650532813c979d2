package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The dependents of each task of a DAG, read from its plan and kept for the most recently used DAGs. Thread-safe. */
final class RunPlans {
    /** Dependencies and tasks of all plans kept, together: about 20 MB. The plan used last is kept, however large. */
    private static final int MAX_CACHED_ENTRIES = 4_000_000;

    private final JdbcClient client;
    /** By DAG, the one used longest ago first. */
    private final Map<UUID, int[][]> childrenByDag = new LinkedHashMap<>(16, 0.75f, true);

    private long cachedEntries;

    RunPlans(JdbcClient client) {
        this.client = client;
    }

    int[][] childrenOf(UUID dagId) {
        int[][] cached = cached(dagId);
        if (cached != null) {
            return cached;
        }
        byte[] encoded = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .single();
        int[][] children = PlanCodec.decode(encoded).children();
        keep(dagId, children);
        return children;
    }

    private synchronized int @Nullable [][] cached(UUID dagId) {
        return childrenByDag.get(dagId);
    }

    private synchronized void keep(UUID dagId, int[][] children) {
        if (childrenByDag.putIfAbsent(dagId, children) == null) {
            cachedEntries += entries(children);
        }
        Iterator<int[][]> oldest = childrenByDag.values().iterator();
        while (cachedEntries > MAX_CACHED_ENTRIES && childrenByDag.size() > 1) {
            cachedEntries -= entries(oldest.next());
            oldest.remove();
        }
    }

    /** A task takes as much as six dependencies: an array of its own, and where that is kept. */
    private static long entries(int[][] children) {
        return Arrays.stream(children).mapToLong(of -> of.length + 6L).sum();
    }
}
