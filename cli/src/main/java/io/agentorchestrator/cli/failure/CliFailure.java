package io.agentorchestrator.cli.failure;

/** A command that cannot be done, for a reason the user can act on. The message is one sentence with the way out. */
public class CliFailure extends RuntimeException {
    /** @param message what is wrong and what to do about it */
    public CliFailure(String message) {
        super(message);
    }

    /**
     * @param message what is wrong and what to do about it
     * @param cause what made it so
     */
    public CliFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The exit code of a command that ends so: that of its cause, where this failure only says more. */
    public int exitCode() {
        return getCause() instanceof CliFailure cause ? cause.exitCode() : 1;
    }

    /** The message of a failure, or its kind when it has none. */
    public static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
