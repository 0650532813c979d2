package io.agentorchestrator.store.deadletter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a dead letter, here and in the stream: {@code <milliseconds>-<sequence>}, as ids of Redis streams are. A task that fails
 * again gets another.
 *
 * @param millis since the epoch, by the clock of whoever numbered it; never less than that of an earlier entry
 * @param sequence from 0, within the millisecond
 */
public record EntryId(long millis, long sequence) implements Comparable<EntryId> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,19})-(\\d{1,19})");

    public EntryId {
        if (millis < 0 || sequence < 0) {
            throw new IllegalArgumentException("an entry id has no negative parts: " + millis + ", " + sequence);
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static EntryId parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            try {
                return new EntryId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
            } catch (NumberFormatException beyondLong) {
                throw new IllegalArgumentException("an entry id this large is never given", beyondLong);
            }
        }
        throw new IllegalArgumentException("an entry id is <milliseconds>-<sequence>, such as 1700000000000-0");
    }

    @Override
    public int compareTo(EntryId other) {
        int byMillis = Long.compare(millis, other.millis);
        return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return millis + "-" + sequence;
    }
}
