package io.agentorchestrator.workflows.scaling;

import io.agentorchestrator.workflows.scaling.HoltWinters.Smoothing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forecasters of one season, the naive forecasts that they have to be better than, and what came of them. Of fixed size; not thread-safe.
 *
 * <p>The scaled error of a forecaster is the root of its mean squared error, divided by that of the better of two naive forecasts at the same horizon and over
 * the same time: the last value, and the mean of the last ten. It is the root mean squared scaled error of the M5 competition (Makridakis,
 * Spiliotis and Assimakopoulos, 2022; after Hyndman and Koehler, 2006), but at the horizon that counts. Squares, since one leap that nobody foresaw is what makes tasks wait, and many
 * small errors are not.
 */
final class SeasonContest {
    /** The scaled error up to which a forecaster is trusted. */
    static final double MAX_SCALED_ERROR = 0.8;

    /** The error as a share of the mean load of the same time, up to which a forecaster is trusted. */
    static final double MAX_RELATIVE_ERROR = 0.5;

    /** Intervals over which errors fade at least: three hours of minutes. */
    static final int MIN_MEMORY = 180;

    private static final int AVERAGED = 10;

    /** A level that hardly moves and one that follows within minutes; a season whose newest weighs a third, since loads change from day to day. */
    private static final List<Smoothing> SMOOTHINGS =
            List.of(new Smoothing(0.02, 0.05, 0.3, 0.9), new Smoothing(0.2, 0.05, 0.3, 0.9));

    private final int season;
    private final int memory;
    private final List<ScoredForecaster> naive;
    private final List<ScoredForecaster> candidates;
    private double meanLoad;
    private int observed;

    /**
     * A forecaster that is trusted.
     *
     * @param scaledError at most {@link #MAX_SCALED_ERROR}
     */
    record Winner(ScoredForecaster forecaster, double scaledError) {}

    /**
     * Begins with no history.
     *
     * @param season its length in intervals
     * @param horizon intervals ahead at which forecasters are judged
     */
    SeasonContest(int season, int horizon) {
        this.season = season;
        this.memory = Math.max(season, MIN_MEMORY);
        this.naive = List.of(
                new ScoredForecaster(new MovingAverage(1), horizon, memory),
                new ScoredForecaster(new MovingAverage(AVERAGED), horizon, memory));
        this.candidates = List.of(
                new ScoredForecaster(new SeasonalNaive(season), horizon, memory),
                new ScoredForecaster(new HoltWinters(season, SMOOTHINGS.getFirst()), horizon, memory),
                new ScoredForecaster(new HoltWinters(season, SMOOTHINGS.getLast()), horizon, memory));
    }

    void observe(double load) {
        observed = Math.min(memory, observed + 1);
        meanLoad += (load - meanLoad) / observed;
        naive.forEach(each -> each.observe(load));
        candidates.forEach(each -> each.observe(load));
    }

    void skip() {
        if (observed == 0) {
            return;
        }
        naive.forEach(ScoredForecaster::skip);
        candidates.forEach(ScoredForecaster::skip);
    }

    /** The best forecaster, if one is to be trusted: each time of the season has been compared once, and its errors are small. */
    @Nullable Winner winner() {
        double naiveError =
                naive.stream().mapToDouble(ScoredForecaster::error).min().orElse(0);
        double least = Math.min(MAX_SCALED_ERROR * naiveError, MAX_RELATIVE_ERROR * meanLoad);
        ScoredForecaster best = null;
        for (ScoredForecaster each : candidates) {
            if (each.isScored(season) && each.error() < least) {
                best = each;
                least = each.error();
            }
        }
        return best == null ? null : new Winner(best, least / naiveError);
    }
}
