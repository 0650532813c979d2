package io.agentorchestrator.api.task;

import io.agentorchestrator.store.reading.PlacementFacts;
import io.agentorchestrator.store.reading.ProgressFacts;
import io.agentorchestrator.store.reading.UsageSum;
import io.agentorchestrator.store.state.PlacementReason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Agents' reports of tasks, and the reasons for which tasks went to agents, as answers show them. */
public final class ReportViews {
    private static final int MICROS = 6;

    private ReportViews() {}

    /** An amount in USD. */
    public static BigDecimal usd(BigInteger microUsd) {
        BigDecimal usd = new BigDecimal(microUsd, MICROS).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }

    /** The progress of a task. */
    public record ProgressView(double fraction, @Nullable String message, Instant reportedAt) {
        /** The progress, if there is any. */
        public static @Nullable ProgressView of(@Nullable ProgressFacts progress) {
            return progress == null
                    ? null
                    : new ProgressView(progress.fraction(), progress.message(), progress.reportedAt());
        }
    }

    /** The cost and the tokens that were used up. */
    public record UsageView(BigDecimal costUsd, BigInteger inputTokens, BigInteger outputTokens) {
        /** The usage, its cost in USD. */
        public static UsageView of(UsageSum usage) {
            return new UsageView(usd(usage.costMicroUsd()), usage.inputTokens(), usage.outputTokens());
        }
    }

    /** The cost that was spent, in USD, and what an attempt of the type costs on average; the latter absent where nothing is known. */
    public record CostView(@Nullable BigDecimal estimated, BigDecimal actual) {
        /** The cost in a usage. */
        public static CostView of(UsageSum usage) {
            return of(usage, null);
        }

        /** The same, beside an estimate. */
        public static CostView of(UsageSum usage, @Nullable Long estimatedMicroUsd) {
            return new CostView(
                    estimatedMicroUsd == null ? null : usd(BigInteger.valueOf(estimatedMicroUsd)),
                    usd(usage.costMicroUsd()));
        }
    }

    /** The reason for which a task went to its agent. */
    public record PlacementView(String agentId, PlacementReason reason, String detail) {
        /** The placement, if one is known. */
        public static @Nullable PlacementView of(@Nullable PlacementFacts placed) {
            return placed == null ? null : new PlacementView(placed.agentId(), placed.reason(), words(placed));
        }

        private static String words(PlacementFacts placed) {
            return switch (placed.reason()) {
                case ONLY_AGENT -> "the only agent that could take it: " + load(placed);
                case LEAST_LOADED -> chosen("least loaded", placed);
                case COST_BASED -> chosen("expected to cost least, dearer the fuller,", placed);
                case PREFERRED -> chosen("of those with room, it meets most of what the task prefers; one", placed);
                case TRIAL -> "the one task that tries the agent after its circuit breaker was open; " + load(placed);
                case HANDED_ON -> "handed on by the record of its parent: the agent had a slot free";
                case MOVED_REFUSED -> moved(placed, "refused it");
                case MOVED_UNREACHABLE -> moved(placed, "could not be reached, or did not answer");
                case MOVED_UNAVAILABLE ->
                    moved(placed, "takes no more tasks: it drains, is not trusted, or was removed");
                case MOVED_STOPPED -> moved(placed, "stopped, or gave it up");
                case MOVED_IDLE -> moved(placed, "had no slot free for it, while this one had");
            };
        }

        private static String moved(PlacementFacts placed, String why) {
            String from = placed.movedFrom();
            String before = placed.agentId().equals(from)
                    ? "back at this agent, which "
                    : "moved from agent " + from + ", which ";
            return (from == null ? "moved from another agent, which " : before) + why + "; " + chosen("one", placed);
        }

        private static String chosen(String as, PlacementFacts placed) {
            return (placed.among() == 1
                            ? "the only agent that could take it: "
                            : as + " of " + placed.among() + " agents that could take it: ")
                    + load(placed);
        }

        private static String load(PlacementFacts placed) {
            int ahead = placed.used() - placed.slots();
            return ahead < 0
                    ? "%d of %d slots used".formatted(placed.used(), placed.slots())
                    : "all %d slots used, %d tasks before it".formatted(placed.slots(), ahead);
        }
    }
}
