package io.agentorchestrator.workflows.scaling;

import io.agentorchestrator.workflows.scaling.SeasonContest.Winner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Forecasts the offered load of one pool: the slot-seconds that arrive in a second, which by Little's law (1961) are the slots that are busy when nothing
 * waits. What arrives is measured by minutes.
 *
 * <p>{@link SeasonalNaive} and {@link HoltWinters} of the seasons of an hour and of a day compete, at the horizon of a replica's start
 * ({@link SeasonContest}). The best is asked as long as its recent error is small, and smaller than that of taking the load to stay as it is. Else there is no
 * forecast: reacting does as well.
 *
 * <p>Of fixed size, about 40 KB; knows no clock; not thread-safe.
 */
public final class DemandForecast {
    /** The time over which load is averaged. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final int HOUR = 60;
    private static final int DAY = 1_440;
    private static final double SECONDS_PER_INTERVAL = INTERVAL.toSeconds();

    /** After a longer gap, or a clock that goes back by more, nothing of before is believed. */
    private static final int MAX_GAP = DAY;

    /** Bound of a look ahead, the shortest season. */
    private static final int MAX_STEPS = HOUR;

    /** Bound of a load, whose square is still a number: more counts as so much. */
    private static final double MAX_LOAD = 1e9;

    private final int horizon;
    private List<SeasonContest> contests = List.of();
    private long minute;
    private double arrivedSeconds;
    private boolean begun;
    private boolean whole;

    /**
     * Begins with no history.
     *
     * @param startTime of a replica; at most {@link ScalingPolicy#MAX_START_TIME}
     */
    public DemandForecast(Duration startTime) {
        if (startTime.isNegative() || startTime.compareTo(ScalingPolicy.MAX_START_TIME) > 0) {
            throw new IllegalArgumentException(
                    "startTime is from 0 to " + ScalingPolicy.MAX_START_TIME + ", not " + startTime);
        }
        this.horizon = 1 + (int) Math.ceilDiv(startTime.toMillis(), INTERVAL.toMillis());
        reset();
    }

    private void reset() {
        contests = List.of(new SeasonContest(HOUR, horizon), new SeasonContest(DAY, horizon));
    }

    /**
     * Adds what has arrived since the last call.
     *
     * @param now time of the call; a time up to a day before that of the last call counts as that
     * @param slotSeconds time that what has arrived takes by measured times, added up; 0 or more and finite
     */
    public void arrived(Instant now, double slotSeconds) {
        if (!Double.isFinite(slotSeconds) || slotSeconds < 0) {
            throw new IllegalArgumentException("slotSeconds is 0 or more and finite, not " + slotSeconds);
        }
        pass(now.getEpochSecond() / INTERVAL.toSeconds());
        arrivedSeconds += slotSeconds;
    }

    private void pass(long current) {
        long gap = current - minute;
        if (begun && gap <= 0 && gap >= -MAX_GAP) {
            return;
        }
        if (!begun || Math.abs(gap) > MAX_GAP) {
            reset();
        } else {
            if (whole) {
                double load = Math.min(MAX_LOAD, arrivedSeconds / SECONDS_PER_INTERVAL);
                contests.forEach(each -> each.observe(load));
            } else {
                contests.forEach(SeasonContest::skip);
            }
            for (long unknown = 1; unknown < gap; unknown++) {
                contests.forEach(SeasonContest::skip);
            }
        }
        // What is told first after a gap arrived in it, too, and a first minute is none: neither is known as a whole.
        whole = begun && gap == 1;
        begun = true;
        minute = current;
        arrivedSeconds = 0;
    }

    /**
     * The highest load until a time ahead, in busy slots; empty while no forecast is trusted. One that is less than its own error is 0, or what is left of a
     * forecast at night would keep a pool from going to zero.
     *
     * @param now time of the question
     * @param ahead at most {@link ScalingPolicy#MAX_START_TIME}
     */
    public OptionalDouble peak(Instant now, Duration ahead) {
        Winner best = null;
        for (SeasonContest each : contests) {
            Winner winner = each.winner();
            if (winner != null && (best == null || winner.scaledError() < best.scaledError())) {
                best = winner;
            }
        }
        if (best == null) {
            return OptionalDouble.empty();
        }
        long last = now.plus(ahead).getEpochSecond() / INTERVAL.toSeconds() - minute + 1;
        double highest = 0;
        for (int step = 1; step <= Math.min(last, MAX_STEPS); step++) {
            highest = Math.max(highest, best.forecaster().ahead(step));
        }
        return OptionalDouble.of(highest < best.forecaster().error() ? 0 : highest);
    }
}
