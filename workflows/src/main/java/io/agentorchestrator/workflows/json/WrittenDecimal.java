package io.agentorchestrator.workflows.json;

import java.math.BigDecimal;

/** A decimal number that remembers how it was written; otherwise as any other. */
final class WrittenDecimal extends BigDecimal {
    private static final long serialVersionUID = 1;

    private final String text;

    /** @throws NumberFormatException if it is none, or has an exponent beyond what a decimal holds */
    WrittenDecimal(String text) {
        super(text);
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
