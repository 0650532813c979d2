package io.agentorchestrator.cli.supervise;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A step that is done again and again: that it fails, as all writing does on a full disk, is said once and ends nothing. Thread-safe. */
final class RepeatedStep {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedStep.class);

    private final String what;
    private boolean failing;

    /** Something to do. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** @param what it does, as a line about it begins */
    RepeatedStep(String what) {
        this.what = what;
    }

    /** Does it; whether it succeeded. */
    synchronized boolean attempt(Step step) {
        try {
            step.run();
            if (failing) {
                LOG.info("{} succeeds again", what);
            }
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOG.warn("{} failed; it is tried again until it succeeds", what, e);
            }
            failing = true;
        }
        return !failing;
    }
}
