package io.agentorchestrator.benchmarks.loadtest.scenario;

/**
 * Finds the highest rate that holds: it rises by half until one fails, halves the gap until it is small, tries the rate above once more, for
 * the stack may have become warmer since it failed, and confirms what it found in a long run, lowering it a little as often as that fails.
 * Bounded in its number of runs.
 */
final class RateSearch {
    private static final double RISE = 1.5;
    private static final double SMALL_GAP = 1.06;
    private static final double LOWER = 0.95;
    private static final int MAX_PROBES = 14;
    private static final int MAX_CONFIRMATIONS = 5;
    private static final double LEAST = 1;

    private double rate;
    private double held;
    private double failed = Double.POSITIVE_INFINITY;
    private boolean triedAgain;
    private boolean confirming;
    private boolean done;
    private boolean confirmed;
    private int probes;
    private int confirmations;

    RateSearch(double first) {
        this.rate = first;
    }

    /** The rate to try next. */
    double rate() {
        return rate;
    }

    /** Tells whether the next run is the long one. */
    boolean confirming() {
        return confirming;
    }

    /** Tells whether there is nothing more to try. */
    boolean done() {
        return done;
    }

    /** The highest rate that held in a long run; 0 if none did. */
    double found() {
        return confirmed ? rate : 0;
    }

    /** Tells whether the rate held. */
    void tell(boolean holds) {
        if (confirming) {
            confirmations++;
            confirmed = holds;
            done = holds || confirmations == MAX_CONFIRMATIONS;
            rate = holds ? rate : rate * LOWER;
            return;
        }
        probes++;
        if (holds) {
            held = rate;
        } else {
            failed = rate;
        }
        next();
    }

    private void next() {
        boolean isClose = held > 0 && failed / held <= SMALL_GAP;
        if (isClose && !triedAgain && probes < MAX_PROBES) {
            triedAgain = true;
            rate = failed;
            failed = Double.POSITIVE_INFINITY;
        } else if (isClose || (probes == MAX_PROBES && held > 0)) {
            confirming = true;
            rate = held;
        } else if (probes == MAX_PROBES || (held == 0 && rate / 2 < LEAST)) {
            done = true;
        } else if (failed == Double.POSITIVE_INFINITY) {
            rate = held * RISE;
        } else {
            rate = held == 0 ? failed / 2 : Math.sqrt(held * failed);
        }
    }
}
