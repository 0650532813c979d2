package io.agentorchestrator.store.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The dependents of each task of a DAG, read from its plan and kept for the most recently used DAGs. Thread-safe. */
final class RunPlans {
    /** Dependencies and tasks of all plans kept, together: about 20 MB. The largest plan takes a fourth of them. */
    private static final int MAX_CACHED_ENTRIES = 4_000_000;

    private final JdbcClient client;
    private final Cache<UUID, int[][]> childrenByDag = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHED_ENTRIES)
            .<UUID, int[][]>weigher((dagId, children) -> entries(children))
            .build();

    RunPlans(JdbcClient client) {
        this.client = client;
    }

    int[][] childrenOf(UUID dagId) {
        return childrenByDag.get(dagId, this::read);
    }

    private int[][] read(UUID dagId) {
        byte[] encoded = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .single();
        return PlanCodec.decode(encoded).children();
    }

    /** A task takes as much as six dependencies: an array of its own, and where that is kept. */
    private static int entries(int[][] children) {
        return Arrays.stream(children).mapToInt(of -> of.length + 6).sum();
    }
}
