package io.agentorchestrator.workflows.scaling;

/**
 * Expects the mean of the last values to go on. Of one value it is persistence, the naive forecast; both are what reacting alone amounts to, and what a
 * forecast has to be better than.
 */
final class MovingAverage implements Forecaster {
    private final double[] values;
    private int seen;
    private int next;

    MovingAverage(int length) {
        this.values = new double[length];
    }

    @Override
    public void observe(double value) {
        values[next] = value;
        next = (next + 1) % values.length;
        seen = Math.min(values.length, seen + 1);
    }

    @Override
    public void skip() {
        // The values before stay the last that are known.
    }

    @Override
    public boolean isReady() {
        return seen == values.length;
    }

    @Override
    public double ahead(int steps) {
        double sum = 0;
        for (int i = 0; i < seen; i++) {
            sum += values[i];
        }
        return seen == 0 ? 0 : sum / seen;
    }
}
