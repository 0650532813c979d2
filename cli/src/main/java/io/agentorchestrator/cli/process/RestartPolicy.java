package io.agentorchestrator.cli.process;

import java.time.Duration;

/**
 * Decides whether a process that died is started again. Quick deaths in a row wait longer each time and are bounded; a
 * long life resets the count. Not thread-safe.
 */
public final class RestartPolicy {
    /** Quick deaths in a row after which a process is given up. */
    public static final int MAX_QUICK_DEATHS = 5;

    /** A life shorter than this is a quick death. */
    public static final Duration QUICK = Duration.ofSeconds(60);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(8);

    private int quickDeaths;

    /** The decision after a death. */
    public sealed interface Decision {}

    /** Start again after a while. */
    public record RestartAfter(Duration backoff) implements Decision {}

    /** Leave it dead. */
    public record GiveUp(int deaths) implements Decision {}

    /** Decides after a process died, having lived so long. */
    public Decision afterLifeOf(Duration lived) {
        if (lived.compareTo(QUICK) >= 0) {
            quickDeaths = 0;
        }
        quickDeaths++;
        if (quickDeaths >= MAX_QUICK_DEATHS) {
            return new GiveUp(quickDeaths);
        }
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << (2 * (quickDeaths - 1)));
        return new RestartAfter(backoff.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : backoff);
    }
}
