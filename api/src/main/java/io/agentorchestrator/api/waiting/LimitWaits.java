package io.agentorchestrator.api.waiting;

import io.agentorchestrator.api.waiting.WaitingView.Reason;
import io.agentorchestrator.store.limit.LimitReader;
import io.agentorchestrator.store.limit.LimitReader.Standing;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells of limits that tasks wait for: what is used of them, and when there is room again. Thread-safe. */
@Component
final class LimitWaits {
    private final LimitReader reader;
    private final LiveLimits limits;

    LimitWaits(LimitReader reader, LiveLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * The wait of what is held.
     *
     * @param heldBy what it is held for; empty if that is no limit
     */
    Optional<WaitingView> of(String heldBy) {
        if (!heldBy.startsWith(LimitWrites.REASON)) {
            return Optional.empty();
        }
        String key = heldBy.substring(LimitWrites.REASON.length());
        String detail = limits.ofKey(key)
                .map(limit -> detail(limit, key))
                .orElse("the limit that it waited for is gone; it goes on in a moment");
        return Optional.of(WaitingView.of(Reason.LIMIT, detail));
    }

    private String detail(CapacityLimit limit, String key) {
        Standing standing = reader.standing(limit, key);
        LimitUse use = standing.use();
        List<String> used = new ArrayList<>();
        boolean isFlightFull = false;
        Integer maxInFlight = limit.maxInFlight();
        if (maxInFlight != null) {
            used.add("%,d of %,d in flight".formatted(use.inFlight(), maxInFlight));
            isFlightFull = use.inFlight() >= maxInFlight;
        }
        Integer maxPerMinute = limit.maxPerMinute();
        if (maxPerMinute != null) {
            used.add("%,d of %,d starts in the last minute, and %,d about to start"
                    .formatted(use.started(), maxPerMinute, use.unstarted()));
        }
        Long maxTokens = limit.maxTokensPerMinute();
        if (maxTokens != null) {
            used.add("%,d of %,d tokens in the last minute, and %,d expected of what is in flight"
                    .formatted(use.tokens(), maxTokens, use.expectedTokens()));
        }
        String next = isFlightFull
                ? "there is room again once one of them ends"
                : standing.next()
                        .map(at -> "the oldest of these ceases to count at " + at.truncatedTo(ChronoUnit.MILLIS))
                        .orElse("it goes on once it is the best that waits for room");
        return "limit '%s' (%s = '%s'): %s; %s"
                .formatted(
                        limit.name(),
                        Escaped.text(limit.by().text()),
                        Escaped.text(CapacityLimit.valueIn(key)),
                        FleetView.listed(used),
                        next);
    }
}
