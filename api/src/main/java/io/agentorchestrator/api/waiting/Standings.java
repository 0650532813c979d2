package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.waiting.WaitReader.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Words for how a task stands in line. */
final class Standings {
    private static final double PERCENT = 100;

    private Standings() {}

    /** Says by which priority, time, deadline and share it stands where it does. */
    static String words(Standing standing, @Nullable Instant deadline) {
        Instant queued = standing.queuedAt().truncatedTo(ChronoUnit.SECONDS);
        Duration ahead =
                Duration.between(standing.rankedAt(), standing.queuedAt()).truncatedTo(ChronoUnit.SECONDS);
        StringBuilder words = new StringBuilder("it is " + standing.priority() + " and in line since " + queued);
        if (ahead.isPositive()) {
            words.append(", ").append(ahead).append(" ahead of BACKGROUND by that");
        }
        if (deadline != null) {
            words.append("; tasks with an earlier deadline than ")
                    .append(deadline)
                    .append(" go first among equals");
        }
        if (standing.tenants() > 1) {
            words.append(
                    "; of what the %,d tenants that wait have used of late its tenant has %.0f %%, by weight its share is %.0f %%"
                            .formatted(standing.tenants(), PERCENT * standing.part(), PERCENT * standing.share()));
        }
        return words.toString();
    }
}
