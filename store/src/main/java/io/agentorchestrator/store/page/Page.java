package io.agentorchestrator.store.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items those that were found, perhaps none although there are more
 * @param next where the next page goes on; absent at the end of the list
 */
public record Page<K, T>(List<T> items, @Nullable K next) {
    public Page {
        items = List.copyOf(items);
    }

    /** The same with other items. */
    public <R> Page<K, R> map(Function<T, R> mapping) {
        return new Page<>(items.stream().map(mapping).toList(), next);
    }
}
