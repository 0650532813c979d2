package io.agentorchestrator.workflows.scaling;

/** Forecasts a series from its values so far, which come at equal intervals. Of fixed size; not thread-safe. */
interface Forecaster {
    /** Takes the next value, 0 or more and finite. */
    void observe(double value);

    /** Passes over an interval whose value nobody knows. */
    void skip();

    /** Tells whether it has seen enough to forecast. */
    boolean isReady();

    /**
     * The value that it expects, 0 or more and finite.
     *
     * @param steps intervals after the last one, 1 or more
     */
    double ahead(int steps);
}
