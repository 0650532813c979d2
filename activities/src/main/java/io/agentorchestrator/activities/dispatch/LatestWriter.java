package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.loop.BatchingWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last of what is said of each thing, however much comes while the store is busy or away. Thread-safe.
 *
 * @param <K> names a thing
 * @param <V> something said of it
 */
final class LatestWriter<K, V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatestWriter.class);

    private final Function<V, K> key;
    private final BinaryOperator<V> later;
    private final Consumer<List<V>> save;
    private final Map<K, V> latest = new ConcurrentHashMap<>();
    private final BatchingWriter<K> lane;

    /**
     * Starts its thread, which ends with {@link #close}.
     *
     * @param maxSet things in one statement
     * @param later which of two counts: what was there, and what has come
     * @param save writes one value of each of several things
     */
    LatestWriter(
            String name,
            BatchingWriter.Gather gather,
            int maxSet,
            Function<V, K> key,
            BinaryOperator<V> later,
            Consumer<List<V>> save) {
        this.key = key;
        this.later = later;
        this.save = save;
        this.lane = new BatchingWriter<>(name, gather, maxSet, new BatchingWriter.Writer<>() {
            @Override
            public void write(List<K> things) {
                save(things);
            }

            @Override
            public void refused(K thing, Throwable why) {
                LOG.warn("a write of {} is refused, of {}: {}", name, thing, why.getMessage());
                latest.remove(thing);
            }
        });
    }

    void add(V value) {
        if (latest.putIfAbsent(key.apply(value), value) == null) {
            lane.add(key.apply(value)); // once it can be found there
        } else if (latest.computeIfPresent(key.apply(value), (thing, before) -> later.apply(before, value)) == null) {
            add(value); // the one before has been saved meanwhile
        }
    }

    private void save(List<K> things) {
        List<V> set = new ArrayList<>();
        for (K thing : things) {
            V value = latest.get(thing);
            if (value != null) {
                set.add(value);
            }
        }
        save.accept(set);
        for (V saved : set) {
            if (!latest.remove(key.apply(saved), saved)) {
                lane.add(key.apply(saved)); // a later one has come
            }
        }
    }

    @Override
    public void close() {
        lane.close();
    }
}
