package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes for people what the API shows. */
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

    /** Such as {@code 0.25 USD, 1,200 tokens in, 300 out}; empty where nothing was used. */
    static String of(Answers.@Nullable Usage usage) {
        if (usage == null) {
            return "";
        }
        List<String> used = new ArrayList<>();
        if (usage.costUsd().signum() != 0) {
            used.add(usage.costUsd().toPlainString() + " USD");
        }
        if (usage.inputTokens().signum() != 0 || usage.outputTokens().signum() != 0) {
            used.add(String.format(Locale.ROOT, "%,d tokens in, %,d out", usage.inputTokens(), usage.outputTokens()));
        }
        return String.join(", ", used);
    }

    /** Such as {@code AGENTS_FULL (place 3): 10 of 10 slots are busy}; empty for none. */
    static String of(Answers.@Nullable Waiting waiting) {
        return waiting == null
                ? ""
                : waiting.reason()
                        + (waiting.position() == null
                                ? ""
                                : String.format(Locale.ROOT, " (place %,d)", waiting.position()))
                        + detail(waiting);
    }

    /** Such as {@code AGENTS_FULL: 10 of 10 slots are busy}; empty for none. */
    static String withoutPlace(Answers.@Nullable Waiting waiting) {
        return waiting == null ? "" : waiting.reason() + detail(waiting);
    }

    private static String detail(Answers.Waiting waiting) {
        return waiting.detail() == null || waiting.detail().isEmpty() ? "" : ": " + waiting.detail();
    }

    /** Such as {@code 42 % page 4 of 10}; empty for none. */
    static String of(Answers.@Nullable Progress progress) {
        return progress == null
                ? ""
                : (Math.round(100 * progress.fraction().doubleValue()) + " % "
                                + Objects.requireNonNullElse(progress.message(), ""))
                        .strip();
    }

    /** Such as {@code cannot be met: missed by 42 s, at 2026-12-01T10:00:42Z}; empty for none. */
    static String of(Answers.@Nullable DeadlineAtRisk risk) {
        return risk == null
                ? ""
                : "cannot be met: missed by %s, at %s"
                        .formatted(
                                of(Duration.ofMillis(
                                        Math.round(1e3 * risk.bySeconds().doubleValue()))),
                                risk.predictedFinish());
    }

    /** Such as {@code BAD_INPUT: no such file}; empty for none. */
    static String of(Answers.@Nullable TaskError error) {
        return error == null ? "" : error.code() + ": " + error.message();
    }

    static @Nullable Instant instant(@Nullable String value) {
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    /** The time to the end, or up to now if there is none; never negative. */
    static Duration between(Instant start, @Nullable Instant end, Instant now) {
        Duration time = Duration.between(start, end == null ? now : end);
        return time.isNegative() ? Duration.ZERO : time;
    }
}
