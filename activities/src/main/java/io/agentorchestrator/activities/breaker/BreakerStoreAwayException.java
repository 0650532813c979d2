package io.agentorchestrator.activities.breaker;

/** The store of circuit breakers is away, or does not answer: a write may or may not have been done. */
final class BreakerStoreAwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BreakerStoreAwayException(Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
