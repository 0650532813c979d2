package io.agentorchestrator.store.forecast;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.forecast.TypeTime;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the measured times of task types, for all processes. Thread-safe. */
public final class TypeTimeStore {
    /** Types that are kept, those measured last. */
    public static final int MAX_TYPES = 10_000;

    /** Weight of one more sample, once there are many: the mean follows the last fifty or so. */
    private static final double WEIGHT_OF_A_SAMPLE = 0.02;

    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(90);

    private final JdbcClient client;

    public TypeTimeStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /**
     * Times that a worker has measured since it last told, in seconds per unit of complexity.
     *
     * @param seconds their mean
     * @param squares the mean of their squares
     */
    public record Measured(String taskType, double seconds, double squares, long samples) {}

    /**
     * Merges measurements into what is known: exponentially weighted, and as plain means while samples are few. The variance is that of the mixture:
     * of weights w and 1 - w it has the weighted mean of both variances, and w (1 - w) times the squared difference of the means.
     */
    public void merge(List<Measured> measured) {
        if (measured.isEmpty()) {
            return;
        }
        client.sql("""
                insert into task_time as t (task_type, seconds, variance, samples, updated_at)
                select m.task_type, m.seconds, greatest(0, m.squares - m.seconds * m.seconds), m.samples, now()
                from unnest(?::text[], ?::float8[], ?::float8[], ?::bigint[]) as m(task_type, seconds, squares, samples)
                order by m.task_type
                on conflict (task_type) do update set
                  seconds = t.seconds + flow_weight(t.samples, excluded.samples, ?) * (excluded.seconds - t.seconds),
                  variance = t.variance + flow_weight(t.samples, excluded.samples, ?) * (excluded.variance - t.variance
                    + (1 - flow_weight(t.samples, excluded.samples, ?)) * power(excluded.seconds - t.seconds, 2)),
                  samples = t.samples + excluded.samples,
                  updated_at = now()
                """)
                .params(Columns.of(measured)
                        .texts(Measured::taskType)
                        .doubles(Measured::seconds)
                        .doubles(Measured::squares)
                        .longs(Measured::samples))
                .params(WEIGHT_OF_A_SAMPLE, WEIGHT_OF_A_SAMPLE, WEIGHT_OF_A_SAMPLE)
                .update();
    }

    /** All that is known. */
    public TypeTimes all() {
        return new TypeTimes(Records.byKey(
                client.sql(
                                "select task_type, seconds, variance, samples from task_time order by updated_at desc limit ?")
                        .param(MAX_TYPES),
                String.class,
                Records.of(TypeTime.class)));
    }

    /** Deletes what nobody has measured for three months, and what is beyond the bound. */
    public void forget() {
        client.sql("""
                delete from task_time where updated_at < now() - ? * interval '1 millisecond'
                  or task_type in (select task_type from task_time order by updated_at desc, task_type offset ?)
                """).params(FORGOTTEN_AFTER.toMillis(), MAX_TYPES).update();
    }
}
