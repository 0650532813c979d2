package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.loadtest.generate.Pace;
import java.time.Duration;

/** How fast and how long a run submits. */
record Settings(double rate, Duration duration, Duration warmUp, long seed) {
    Pace pace() {
        return new Pace(rate, warmUp, duration);
    }
}
