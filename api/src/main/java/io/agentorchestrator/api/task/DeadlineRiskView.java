package io.agentorchestrator.api.task;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A deadline that cannot be met any more by measured times, beyond the error band. */
public record DeadlineRiskView(Instant predictedFinish, double bySeconds) {
    /**
     * The risk, if there is one.
     *
     * @param earliest the lower end of the error band
     */
    public static @Nullable DeadlineRiskView of(@Nullable Instant deadline, Instant predicted, Instant earliest) {
        return deadline == null || !earliest.isAfter(deadline)
                ? null
                : new DeadlineRiskView(
                        predicted, Duration.between(deadline, predicted).toMillis() / 1e3);
    }
}
