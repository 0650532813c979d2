package io.agentorchestrator.workflows.model;

/** The beginning of a text that may be too long for where it is to stand. Half a surrogate pair is none: neither UTF-8 nor strict JSON holds it. */
public final class Excerpt {
    private static final String CUT = "…";

    private Excerpt() {}

    /**
     * The text, or its beginning and an ellipsis.
     *
     * @param maxLength of the excerpt, in UTF-16 units
     */
    public static String of(String text, int maxLength) {
        return text.length() <= maxLength ? text : beginning(text, maxLength - CUT.length()) + CUT;
    }

    /** The text, or its beginning, and nothing that says so. */
    public static String beginning(String text, int maxLength) {
        int end = Math.min(text.length(), maxLength);
        boolean splitsPair = end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splitsPair ? end - 1 : end);
    }
}
