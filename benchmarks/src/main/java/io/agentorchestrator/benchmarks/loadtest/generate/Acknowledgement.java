package io.agentorchestrator.benchmarks.loadtest.generate;

import java.util.Arrays;

/** The answer to one request. */
sealed interface Acknowledgement {
    /** Accepted. */
    record Accepted(long[] ids) implements Acknowledgement {
        @Override
        public boolean equals(Object other) {
            return other instanceof Accepted accepted && Arrays.equals(ids, accepted.ids);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }
    }

    /**
     * Not accepted, or nobody knows.
     *
     * @param kind a short name to count it under
     * @param passing whether the same request may succeed later
     */
    record Refused(String kind, boolean passing) implements Acknowledgement {}
}
