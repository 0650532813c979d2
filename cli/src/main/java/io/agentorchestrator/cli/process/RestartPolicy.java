package io.agentorchestrator.cli.process;

import java.time.Duration;
import java.util.Optional;

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

    /** The time to wait until a process that died, having lived so long, is started again; empty if it is given up. */
    public Optional<Duration> afterLifeOf(Duration lived) {
        if (lived.compareTo(QUICK) >= 0) {
            quickDeaths = 0;
        }
        quickDeaths++;
        if (quickDeaths >= MAX_QUICK_DEATHS) {
            return Optional.empty();
        }
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << (2 * (quickDeaths - 1)));
        return Optional.of(backoff.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : backoff);
    }
}
