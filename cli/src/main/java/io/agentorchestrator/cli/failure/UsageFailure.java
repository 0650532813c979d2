package io.agentorchestrator.cli.failure;

/** A word of the command line that cannot be meant, whatever an API would answer. */
public final class UsageFailure extends CliFailure {
    /** The exit code that says so. */
    public static final int EXIT_CODE = 2;

    /** @param message what is wrong and what to do about it */
    public UsageFailure(String message) {
        super(message);
    }

    /**
     * @param message what is wrong and what to do about it
     * @param cause what made it so
     */
    public UsageFailure(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public int exitCode() {
        return EXIT_CODE;
    }
}
