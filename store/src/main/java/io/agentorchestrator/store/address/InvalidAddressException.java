package io.agentorchestrator.store.address;

/** Says why a text is no address. */
public final class InvalidAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final boolean portOutOfRange;

    InvalidAddressException(String message, boolean portOutOfRange) {
        super(message);
        this.portOutOfRange = portOutOfRange;
    }

    /** Tells whether the text has the form of an address and only the port's number is out of range. */
    public boolean isPortOutOfRange() {
        return portOutOfRange;
    }
}
