package io.agentorchestrator.workflows.scaling;

/**
 * Expects the value of one season ago: {@code ŷ(t + h) = y(t + h − m)} (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2).
 */
final class SeasonalNaive implements Forecaster {
    private final double[] season;
    private int next;
    private int seen;

    /**
     * Begins empty.
     *
     * @param length intervals of a season; at least as many as it is asked to look ahead
     */
    SeasonalNaive(int length) {
        this.season = new double[length];
    }

    @Override
    public void observe(double value) {
        season[next] = value;
        next = (next + 1) % season.length;
        seen = Math.min(season.length, seen + 1);
    }

    /** The season before stands in for a value that nobody knows. */
    @Override
    public void skip() {
        observe(season[next]);
    }

    @Override
    public boolean isReady() {
        return seen == season.length;
    }

    @Override
    public double ahead(int steps) {
        return season[(next + steps - 1) % season.length];
    }
}
