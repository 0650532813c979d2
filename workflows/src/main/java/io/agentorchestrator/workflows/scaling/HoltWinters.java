package io.agentorchestrator.workflows.scaling;

/**
 * Additive Holt-Winters with a damped trend (P. R. Winters, 1960; Gardner and McKenzie, 1985), in the form of Hyndman and Athanasopoulos, Forecasting:
 * Principles and Practice, 3rd ed., 8.3:
 *
 * <pre>
 * level(t)  = α (y(t) − season(t − m)) + (1 − α) (level(t − 1) + φ trend(t − 1))
 * trend(t)  = β (level(t) − level(t − 1)) + (1 − β) φ trend(t − 1)
 * season(t) = γ (y(t) − level(t − 1) − φ trend(t − 1)) + (1 − γ) season(t − m)
 * ŷ(t + h)  = level(t) + (φ + φ² + … + φ^h) trend(t) + season(t + h − m)
 * </pre>
 *
 * <p>The first season sets the level to its mean, the season to the differences, the trend to 0. A forecast below 0 is 0: load cannot be negative.
 */
final class HoltWinters implements Forecaster {
    private final Smoothing smoothing;
    private final double[] season;
    private int next;
    private int seen;
    private double level;
    private double trend;

    /**
     * The weights of what is new, each from 0 to 1.
     *
     * @param level α
     * @param trend β
     * @param season γ
     * @param damping φ, less than 1, so that a trend ends
     */
    record Smoothing(double level, double trend, double season, double damping) {}

    /**
     * Begins empty.
     *
     * @param length intervals of a season; at least as many as it is asked to look ahead
     */
    HoltWinters(int length, Smoothing smoothing) {
        this.season = new double[length];
        this.smoothing = smoothing;
    }

    @Override
    public void observe(double value) {
        if (isReady()) {
            update(value);
        } else {
            season[next] = value;
            level += (value - level) / ++seen;
            if (isReady()) {
                for (int i = 0; i < season.length; i++) {
                    season[i] -= level;
                }
            }
        }
        next = (next + 1) % season.length;
    }

    private void update(double value) {
        double expected = level + smoothing.damping() * trend;
        double before = season[next];
        double newLevel = smoothing.level() * (value - before) + (1 - smoothing.level()) * expected;
        trend = smoothing.trend() * (newLevel - level) + (1 - smoothing.trend()) * smoothing.damping() * trend;
        season[next] = smoothing.season() * (value - expected) + (1 - smoothing.season()) * before;
        level = newLevel;
    }

    /** Its own forecast stands in for a value that nobody knows. */
    @Override
    public void skip() {
        observe(isReady() ? ahead(1) : level);
    }

    @Override
    public boolean isReady() {
        return seen == season.length;
    }

    @Override
    public double ahead(int steps) {
        double damping = smoothing.damping();
        double damped = damping * (1 - Math.pow(damping, steps)) / (1 - damping);
        return Math.max(0, level + damped * trend + season[(next + steps - 1) % season.length]);
    }
}
