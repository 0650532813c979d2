package io.agentorchestrator.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text that others wrote, made fit to be shown: what would steer a terminal, reorder the text or hide in it is written as JSON
 * would escape it, such as {@code \}{@code u001b} and {@code \n}. A text that was escaped stays as it is.
 */
public final class VisibleText {
    /**
     * Controls, format characters, line separators, and what Unicode has not assigned; then Default_Ignorable_Code_Point beyond these, and
     * the blank Braille pattern: they take no room or show nothing. The two variation selectors of emoji may stay.
     */
    private static final Pattern HIDDEN = Pattern.compile(
            "[\\p{C}\\p{Zl}\\p{Zp}\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{2800}"
                    + "\\x{3164}\\x{FE00}-\\x{FE0D}\\x{FFA0}\\x{E0000}-\\x{E0FFF}]");

    private VisibleText() {}

    /** The text in one line, without a character that cannot be seen. */
    public static String of(String text) {
        return HIDDEN.matcher(text).replaceAll(found -> Matcher.quoteReplacement(escaped(found.group())));
    }

    private static String escaped(String hidden) {
        return switch (hidden) {
            case "\n" -> "\\n";
            case "\r" -> "\\r";
            case "\t" -> "\\t";
            default ->
                hidden.chars()
                        .mapToObj(unit -> String.format(Locale.ROOT, "\\u%04x", unit))
                        .collect(Collectors.joining());
        };
    }
}
