package io.agentorchestrator.cli.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes durations and counts for people. */
final class Words {
    private Words() {}

    /** Such as {@code 0.3 s}, {@code 42 s}, {@code 3 min 05 s}; empty for none. */
    static String of(@Nullable Duration duration) {
        if (duration == null) {
            return "";
        }
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return duration.toMinutes() == 0
                ? Math.round(seconds) + " s"
                : String.format(Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    }

    /** Such as {@code 3 completed, 1 running}. */
    static String of(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
