package io.agentorchestrator.store.loop;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers how far looks at lines have come that are too long for one look: the next one goes on from there. Bounded. Thread-safe.
 *
 * @param <K> a line
 * @param <P> a place in one
 */
public final class ResumePoints<K, P> {
    /** Lines of which the place is remembered; where there are more, all begin anew. */
    static final int MAX_LINES = 10_000;

    private final P start;
    private final Map<K, P> reached = new HashMap<>();

    /** Begins each line at its start. */
    public ResumePoints(P start) {
        this.start = start;
    }

    /** The place after which the next look at this line begins. */
    public synchronized P after(K line) {
        return reached.getOrDefault(line, start);
    }

    /**
     * Takes over how far a look has come. Lines that were not looked at keep their places.
     *
     * @param lines that were looked at
     * @param cameTo the places of those that go on; the others came to their end
     */
    public synchronized void looked(Collection<K> lines, Map<K, P> cameTo) {
        lines.forEach(reached::remove);
        if (reached.size() + cameTo.size() > MAX_LINES) {
            reached.clear();
        }
        reached.putAll(cameTo);
    }
}
