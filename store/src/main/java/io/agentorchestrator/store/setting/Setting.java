package io.agentorchestrator.store.setting;

/**
 * A setting that may change while processes run.
 *
 * @param name of the published contract
 * @param summary what it does, for people
 * @param standard its value while nobody has set it
 * @param form which values it may have
 */
public record Setting<T>(String name, String summary, T standard, Form<T> form) {
    /** Its value as text while nobody has set it. */
    public String standardText() {
        return form.write(standard);
    }

    /** A form of values: how they are written, and which are allowed. */
    public interface Form<T> {
        /**
         * Reads a value.
         *
         * @throws InvalidSettingException if it is none of this form; its message says what is
         */
        T read(String text);

        /** Writes a value so that {@link #read} reads it. */
        String write(T value);

        /** Says to people which values are allowed. */
        String description();
    }

    /** A value that a setting may not have. */
    public static final class InvalidSettingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public InvalidSettingException(String message) {
            super(message);
        }
    }
}
