package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.release.FlowEstimate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the measured flow of tasks through each class of agents, for all workers. Thread-safe. */
public final class FlowStore {
    /** Weight of one more sample, once there are many: the estimate follows the last fifty or so. */
    private static final double WEIGHT_OF_A_SAMPLE = 0.02;

    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(30);

    private final JdbcClient client;

    public FlowStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /**
     * Means of what a worker has measured since it last told.
     *
     * @param classKey the agents' types, sorted and joined with commas
     * @param latency null if nothing was measured; so with {@code execution}
     * @param samples executions that were measured
     */
    public record Measured(
            String classKey,
            @Nullable Duration latency,
            @Nullable Duration execution,
            int samples) {}

    /** Merges measurements into the estimates: exponentially weighted, and as plain means while samples are few. */
    public void merge(List<Measured> measured) {
        if (measured.isEmpty()) {
            return;
        }
        client.sql("""
                insert into flow as f (class_key, latency_millis, execution_millis, samples, updated_at)
                select m.class_key, m.latency, m.execution, m.samples, now()
                from unnest(?::text[], ?::float8[], ?::float8[], ?::bigint[]) as m(class_key, latency, execution, samples)
                order by m.class_key
                on conflict (class_key) do update set
                  latency_millis = coalesce(f.latency_millis + flow_weight(f.samples, excluded.samples, ?)
                    * (excluded.latency_millis - f.latency_millis), excluded.latency_millis, f.latency_millis),
                  execution_millis = coalesce(f.execution_millis + flow_weight(f.samples, excluded.samples, ?)
                    * (excluded.execution_millis - f.execution_millis), excluded.execution_millis, f.execution_millis),
                  samples = f.samples + excluded.samples,
                  updated_at = now()
                """)
                .params(Columns.of(measured)
                        .texts(Measured::classKey)
                        .doubles(m -> millis(m.latency()))
                        .doubles(m -> millis(m.execution()))
                        .longs(m -> (long) m.samples()))
                .params(WEIGHT_OF_A_SAMPLE, WEIGHT_OF_A_SAMPLE)
                .update();
    }

    /** The estimates for these classes; what was never measured is missing. */
    public Map<String, FlowEstimate> estimates(Collection<String> classKeys) {
        return Records.byKey(
                client.sql("""
                        select class_key, coalesce(latency_millis, 0) as latency_millis, coalesce(execution_millis, 0) as execution_millis
                        from flow where class_key = any(?)
                        """).param(classKeys.toArray(String[]::new)), String.class, Records.of(FlowEstimate.class));
    }

    /** Deletes what nobody has measured for a month: such agents are gone. */
    public void forget() {
        client.sql("delete from flow where updated_at < now() - ? * interval '1 millisecond'")
                .param(FORGOTTEN_AFTER.toMillis())
                .update();
    }

    private static @Nullable Double millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toNanos() / 1e6;
    }
}
