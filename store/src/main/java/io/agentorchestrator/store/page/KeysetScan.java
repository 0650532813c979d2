package io.agentorchestrator.store.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Walks down a list in steps, each of four times as many rows as far as the time that is left is likely to do, until a page is full, the list
 * is at its end, or its time is over: then the page has what was found, and the next one goes on where this one stopped looking. A filter
 * that few rows pass so costs a reader pages, and the others little. Thread-safe.
 */
public final class KeysetScan {
    /** A step that begins after this would answer too late. */
    public static final Duration TIME = Duration.ofMillis(120);

    static final int FIRST_ROWS = 1_000;
    /** Where rows have to come from disk, a step takes many times as long as the one before. */
    static final int MAX_ROWS = 32_000;

    private final long budgetNanos;
    private final LongSupplier nanoClock;

    public KeysetScan() {
        this(TIME, System::nanoTime);
    }

    /**
     * @param time after which no further step begins
     * @param nanoClock as {@link System#nanoTime()}
     */
    public KeysetScan(Duration time, LongSupplier nanoClock) {
        this.budgetNanos = time.toNanos();
        this.nanoClock = nanoClock;
    }

    /**
     * Reads a page.
     *
     * @param key of an item
     * @param before where to begin; null: at the beginning
     * @param limit items at most
     */
    public <K, T> Page<K, T> page(Step<K, T> step, Function<T, K> key, @Nullable K before, int limit) {
        long begunNanos = nanoClock.getAsLong();
        List<T> found = new ArrayList<>();
        K position = before;
        int rows = FIRST_ROWS;
        while (true) {
            long stepNanos = nanoClock.getAsLong();
            StepResult<K, T> result = step.read(position, limit + 1 - found.size(), rows);
            found.addAll(result.found());
            position = result.reached();
            if (found.size() > limit) {
                List<T> full = found.subList(0, limit);
                return new Page<>(full, key.apply(full.getLast()));
            }
            long nowNanos = nanoClock.getAsLong();
            long leftNanos = budgetNanos - (nowNanos - begunNanos);
            if (position == null || leftNanos <= 0) {
                return new Page<>(found, position);
            }
            rows = next(rows, nowNanos - stepNanos, leftNanos);
        }
    }

    /** Of a few sizes only, so that there are few statements. */
    private static int next(int rows, long tookNanos, long leftNanos) {
        int next = Math.min(rows * 4, MAX_ROWS);
        while (next > FIRST_ROWS && (double) tookNanos * next / rows > leftNanos) {
            next /= 2;
        }
        return next;
    }

    /** Looks at some rows of a list. */
    public interface Step<K, T> {
        /**
         * Looks at the rows that follow, until enough were found or so many were looked at.
         *
         * @param before where to begin; null: at the beginning
         * @param limit items to find at most
         * @param rows to look at, at most
         */
        StepResult<K, T> read(@Nullable K before, int limit, int rows);
    }

    /**
     * The result of a step.
     *
     * @param reached the last row that it looked at, if it had to stop there
     */
    public record StepResult<K, T>(List<T> found, @Nullable K reached) {
        /** Written into the statement, so that every plan goes by it. */
        private static final String ROWS = ":rows";

        /**
         * Carries a step's statement out. It has {@code :rows} for the rows to look at, and answers the rows that pass and the last one, newest
         * first, with their columns {@code passes} and {@code seen}, the number of each.
         */
        public static <K, T> StepResult<K, T> of(
                JdbcClient client,
                String sql,
                Map<String, Object> parameters,
                int rows,
                RowMapper<T> item,
                RowMapper<K> key) {
            List<T> found = new ArrayList<>();
            List<K> reached = new ArrayList<>();
            client.sql(sql.replace(ROWS, String.valueOf(rows)))
                    .params(parameters)
                    .query(row -> {
                        if (row.getBoolean("passes")) {
                            found.add(item.mapRow(row, found.size()));
                        }
                        if (row.getLong("seen") == rows) {
                            reached.add(key.mapRow(row, 0));
                        }
                    });
            return new StepResult<>(found, reached.isEmpty() ? null : reached.getFirst());
        }
    }
}
