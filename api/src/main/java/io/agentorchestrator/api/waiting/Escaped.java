package io.agentorchestrator.api.waiting;

/** Text of others, made harmless. */
final class Escaped {
    private Escaped() {}

    /** The same, with escapes for what would steer a terminal, a log or the direction of text. */
    static String text(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (Character.getType(point)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> shown.append("\\u{%x}".formatted(point));
                default -> shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }
}
