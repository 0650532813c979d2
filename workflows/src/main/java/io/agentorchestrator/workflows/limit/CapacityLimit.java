package io.agentorchestrator.workflows.limit;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A limit of the tasks that have the same key: each value that is found at {@code by} is a key of its own, which the limit counts for.
 *
 * @param name unique in the installation
 * @param value the one value that is limited; null: all are, each for itself
 * @param maxInFlight tasks that are out of the backlog and have not ended; null: any number, as with the next two
 * @param maxPerMinute starts in any {@value LimitUse#MINUTE_MILLIS} ms, each dispatch that an agent began counting
 * @param maxTokensPerMinute tokens, input and output, reported in the same time
 */
public record CapacityLimit(
        String name,
        LimitBy by,
        @Nullable String value,
        @Nullable Integer maxInFlight,
        @Nullable Integer maxPerMinute,
        @Nullable Long maxTokensPerMinute) {
    /** Limits of an installation at most: every process has all of them in memory. */
    public static final int MAX_LIMITS = 1_000;

    /** Characters of a value at most; of a longer one the beginning and a hash are the key. */
    public static final int MAX_VALUE_LENGTH = 200;

    /** The words for {@link #isName}. */
    public static final String NAME_RULE =
            "a name has 1 to 100 of a-z, 0-9, '_', '-' and '.', and begins with a letter or a digit";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");
    private static final char SEPARATOR = ':';

    /** Tells whether a limit can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** The key of a value under this limit. */
    public String key(String ofValue) {
        return name + SEPARATOR + ofValue;
    }

    /** The name of the limit of a key. */
    public static String nameIn(String key) {
        int at = key.indexOf(SEPARATOR);
        return at < 0 ? key : key.substring(0, at);
    }

    /** The value of a key. */
    public static String valueIn(String key) {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }

    /** Tells whether a change from another limit leaves every task its keys. */
    public boolean hasSameKeys(CapacityLimit other) {
        return by.equals(other.by) && Objects.equals(value, other.value);
    }
}
