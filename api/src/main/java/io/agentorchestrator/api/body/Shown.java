package io.agentorchestrator.api.body;

/** What a client sent, as far as messages repeat it. */
final class Shown {
    private static final int MAX_LENGTH = 100;

    private Shown() {}

    /** The text, or its beginning. */
    static String text(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
