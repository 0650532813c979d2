package io.agentorchestrator.workflows.scaling;

import java.util.Arrays;

/**
 * A forecaster and its recent error at one horizon: each value is compared with the forecast that was made for it, and squared errors are averaged with
 * weights that fade. Of fixed size; not thread-safe.
 */
final class ScoredForecaster {
    private final Forecaster forecaster;
    private final double[] made;
    private final int memory;
    private int next;
    private double squared;
    private int errors;

    /**
     * Begins without errors.
     *
     * @param horizon intervals ahead at which it is judged
     * @param memory intervals over which errors fade
     */
    ScoredForecaster(Forecaster forecaster, int horizon, int memory) {
        this.forecaster = forecaster;
        this.made = new double[horizon];
        this.memory = memory;
        Arrays.fill(made, Double.NaN);
    }

    void observe(double value) {
        double expected = made[next];
        if (!Double.isNaN(expected)) {
            errors = Math.min(memory, errors + 1);
            squared += ((value - expected) * (value - expected) - squared) / errors;
        }
        forecaster.observe(value);
        forecastNext();
    }

    void skip() {
        forecaster.skip();
        forecastNext();
    }

    private void forecastNext() {
        made[next] = forecaster.isReady() ? forecaster.ahead(made.length) : Double.NaN;
        next = (next + 1) % made.length;
    }

    /** Tells whether so many forecasts were compared with what came. */
    boolean isScored(int times) {
        return errors >= times;
    }

    /** The root of the mean squared error. */
    double error() {
        return Math.sqrt(squared);
    }

    double ahead(int steps) {
        return forecaster.ahead(steps);
    }
}
