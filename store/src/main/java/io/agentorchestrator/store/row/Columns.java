package io.agentorchestrator.store.row;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The columns of some rows, an array each: the parameters of an {@code unnest}, in the order in which they were named. Any value may be null.
 * Not thread-safe.
 */
public final class Columns<T> extends AbstractList<Object> {
    private final Collection<T> rows;
    private final List<Object> arrays = new ArrayList<>();

    private Columns(Collection<T> rows) {
        this.rows = rows;
    }

    /** Begins with none. */
    public static <T> Columns<T> of(Collection<T> rows) {
        return new Columns<>(rows);
    }

    /** The ids and numbers of runs. */
    public static Columns<RunKey> ofRuns(Collection<RunKey> runs) {
        return of(runs).runs(Function.identity());
    }

    /** One column of ids. */
    public static <T> UUID[] ids(Collection<T> rows, Function<T, UUID> column) {
        return rows.stream().map(column).toArray(UUID[]::new);
    }

    /** Two columns, of ids and numbers. */
    public Columns<T> runs(Function<T, RunKey> column) {
        return uuids(column.andThen(RunKey::runId)).ints(column.andThen(RunKey::runNumber));
    }

    public Columns<T> uuids(Function<T, @Nullable UUID> column) {
        return add(column, UUID[]::new);
    }

    public Columns<T> texts(Function<T, @Nullable String> column) {
        return add(column, String[]::new);
    }

    public Columns<T> ints(Function<T, @Nullable Integer> column) {
        return add(column, Integer[]::new);
    }

    public Columns<T> longs(Function<T, @Nullable Long> column) {
        return add(column, Long[]::new);
    }

    public Columns<T> doubles(Function<T, @Nullable Double> column) {
        return add(column, Double[]::new);
    }

    public Columns<T> flags(Function<T, @Nullable Boolean> column) {
        return add(column, Boolean[]::new);
    }

    public Columns<T> bytes(Function<T, byte @Nullable []> column) {
        return add(column, byte[][]::new);
    }

    private Columns<T> add(Function<T, ?> column, IntFunction<Object[]> array) {
        arrays.add(rows.stream().map(column).toArray(array));
        return this;
    }

    @Override
    public Object get(int index) {
        return arrays.get(index);
    }

    @Override
    public int size() {
        return arrays.size();
    }
}
