package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import java.time.Duration;

/** The rate and duration of a run's submissions. */
record LoadSettings(double rate, Duration duration, Duration warmUp, long seed) {
    /** So many tasks at this rate, for as long as it takes. */
    static LoadSettings of(int tasks, double rate, long seed) {
        return new LoadSettings(rate, Duration.ofNanos((long) (tasks / rate * 1e9)), Duration.ZERO, seed);
    }

    Pace pace() {
        return new Pace(rate, warmUp, duration);
    }
}
