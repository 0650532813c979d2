package io.agentorchestrator.workflows.forecast;

/**
 * The measured time of tasks of one type, in seconds per unit of their estimated complexity.
 *
 * @param seconds exponentially weighted mean
 * @param variance exponentially weighted mean of the squared difference to it
 * @param samples tasks that were measured, ever
 */
public record TypeTime(double seconds, double variance, long samples) {
    /** Samples from which on a time counts as measured: the spread of fewer says nothing. */
    public static final int MIN_SAMPLES = 3;

    /** Samples that an exponentially weighted mean stands for at most. */
    private static final double EFFECTIVE_SAMPLES = 50;

    /** Tells whether there are enough samples to go by. */
    public boolean isKnown() {
        return samples >= MIN_SAMPLES;
    }

    /** The time that a task of this complexity is expected to take. */
    public Expected of(double complexity) {
        double count = Math.clamp((double) samples, 2, EFFECTIVE_SAMPLES);
        double sigma = Math.sqrt(Math.max(0, variance) * count / (count - 1));
        double meanSigma = sigma / Math.sqrt(count);
        return new Expected(seconds * complexity, sigma * complexity, meanSigma * complexity);
    }

    /**
     * The time that a task will take.
     *
     * @param seconds the mean
     * @param sigma standard deviation, in seconds
     * @param meanSigma the standard error of the mean, which tasks of one type have in common; in seconds
     */
    public record Expected(double seconds, double sigma, double meanSigma) {
        /** Standard deviations on either side that an error band has: about 95 in 100 lie within. */
        public static final double BAND = 2;

        /** The time that it takes at least, beyond the error band. */
        public double least() {
            return Math.max(0, seconds - BAND * Math.hypot(sigma, meanSigma));
        }
    }
}
