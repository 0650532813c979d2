package io.agentorchestrator.store.address;

/** Says why a text is no address. */
public final class InvalidAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final boolean portOutOfRange;

    InvalidAddressException(String message, boolean portOutOfRange) {
        super(message);
        this.portOutOfRange = portOutOfRange;
    }

    /** Whether it has the form of one, but for the port's number. */
    public boolean isPortOutOfRange() {
        return portOutOfRange;
    }
}
