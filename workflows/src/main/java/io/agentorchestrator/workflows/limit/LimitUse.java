package io.agentorchestrator.workflows.limit;

/**
 * The use of a key as a claim finds it, and what it admits counted in. Immutable.
 *
 * <p>Why the number of starts is never more than the limit in any sliding minute, however long tasks take from their release to their start:
 * let {@code s} be a start, and of all the tasks that were started in {@code (s - 60 s, s]} take the one that was released last, at {@code r};
 * {@code r <= s}. When its claim counted, each of the others had been released. If its start was on record, that start was after
 * {@code s - 60 s >= r - 60 s}, so it counted as started in the last minute; if not, it counted as released and not started. One claim counts at a time, so all of
 * them were counted, and the claim admitted one more: so they are no more than the limit. A start that is put on record late counts as released
 * until then, and afterwards as of a time that is no earlier than it was: it counts for longer, never for less. Where nobody can tell whether an agent
 * began a dispatch, it counts as begun when that dispatch was given up.
 *
 * <p>Nothing here is a counter that somebody has to count down: what is out is read from where the tasks are, and what was started from a list that is only
 * added to.
 *
 * @param inFlight tasks out of the backlog that have not ended
 * @param unstarted those of them that no agent has begun, as far as is on record
 * @param started starts of the last minute
 * @param tokens reported in the last minute
 * @param expectedTokens that those in flight are expected to report
 */
public record LimitUse(int inFlight, int unstarted, int started, long tokens, long expectedTokens) {
    /** A key that nobody uses. */
    public static final LimitUse NONE = new LimitUse(0, 0, 0, 0, 0);

    /** The minute in which starts count: a little longer than one, since what an agent began without a word counts from when it was sent. */
    public static final int MINUTE_MILLIS = 60_200;

    /** Tokens are counted up to so many, a number whose double a long still holds. */
    public static final long MAX_TOKENS = 1_000_000_000_000_000_000L;

    /** Of what tokens a limit allows, the part that a task of which nothing is known is expected to use. */
    private static final int UNKNOWN_PER_LIMIT = 10;

    public LimitUse {
        tokens = Math.min(tokens, MAX_TOKENS);
        expectedTokens = Math.min(expectedTokens, MAX_TOKENS);
    }

    /** The use once one more task has left the backlog, of which so many tokens are expected. */
    public LimitUse admitted(long expected) {
        return new LimitUse(inFlight + 1, unstarted + 1, started, tokens, expectedTokens + expected);
    }

    /** This use and another, added up. */
    public LimitUse plus(LimitUse more) {
        return new LimitUse(
                inFlight + more.inFlight,
                unstarted + more.unstarted,
                started + more.started,
                tokens + more.tokens,
                expectedTokens + more.expectedTokens);
    }

    /**
     * The tasks that may leave the backlog now, each of which is expected to use so many tokens.
     *
     * <p>Tokens are known after the fact: what is out may use more than was expected of it, and only what leaves the backlog afterwards makes up for it. A task
     * that is expected to use more than the limit goes when nothing else counts.
     */
    public int room(CapacityLimit limit, long expected) {
        long room = Integer.MAX_VALUE;
        Integer maxInFlight = limit.maxInFlight();
        if (maxInFlight != null) {
            room = Math.min(room, (long) maxInFlight - inFlight);
        }
        Integer maxPerMinute = limit.maxPerMinute();
        if (maxPerMinute != null) {
            room = Math.min(room, (long) maxPerMinute - started - unstarted);
        }
        Long maxTokens = limit.maxTokensPerMinute();
        if (maxTokens != null) {
            long left = maxTokens - tokens - expectedTokens;
            long fits = left <= 0 ? 0 : left / Math.max(1, expected);
            boolean isFree = inFlight == 0 && tokens == 0 && maxTokens > 0;
            room = Math.min(room, isFree ? Math.max(1, fits) : fits);
        }
        return (int) Math.max(0, room);
    }

    /**
     * The tokens that a task is expected to use.
     *
     * @param mean of tasks of its type; negative if none has reported any
     */
    public static long expectedTokens(CapacityLimit limit, double mean) {
        Long maxTokens = limit.maxTokensPerMinute();
        if (maxTokens == null) {
            return 0;
        }
        return Math.min(MAX_TOKENS, mean < 0 ? Math.max(1, maxTokens / UNKNOWN_PER_LIMIT) : (long) Math.ceil(mean));
    }

    /** The tokens that so many tasks of one type are expected to use together: {@link #expectedTokens(CapacityLimit, double)}. */
    public static long expectedTokens(CapacityLimit limit, double mean, int tasks) {
        long each = expectedTokens(limit, mean);
        return tasks > 0 && each > MAX_TOKENS / tasks ? MAX_TOKENS : tasks * each;
    }
}
