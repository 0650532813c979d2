package io.agentorchestrator.api.problem;

import io.agentorchestrator.workflows.model.Excerpt;

/** Shortens what a client sent, so that messages can repeat it. */
public final class Shown {
    private static final int MAX_LENGTH = 100;

    private Shown() {}

    /** The text, or its beginning. */
    public static String text(String text) {
        return Excerpt.of(text, MAX_LENGTH);
    }
}
