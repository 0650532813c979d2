package io.agentorchestrator.cli.console;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Text that others wrote, made fit to be shown: what would steer a terminal, reorder the text or hide in it is written as JSON
 * would escape it, such as {@code \}{@code u001b} and {@code \n}. A text that was escaped stays as it is.
 */
public final class VisibleText {
    private VisibleText() {}

    /** The text in one line, without a character that cannot be seen. */
    public static String of(String text) {
        return text.codePoints().noneMatch(VisibleText::hides)
                ? text
                : text.codePoints().mapToObj(VisibleText::shown).collect(Collectors.joining());
    }

    private static String shown(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> hides(codePoint) ? escaped(codePoint) : Character.toString(codePoint);
        };
    }

    private static String escaped(int codePoint) {
        return Character.toString(codePoint)
                .chars()
                .mapToObj(unit -> String.format(Locale.ROOT, "\\u%04x", unit))
                .collect(Collectors.joining());
    }

    private static boolean hides(int codePoint) {
        if (codePoint >= ' ' && codePoint < 0x7F) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> isIgnorable(codePoint);
        };
    }

    /**
     * Unicode's Default_Ignorable_Code_Point beyond the format characters, and the blank Braille pattern: they take no room or
     * show nothing. The two variation selectors of emoji may stay.
     */
    private static boolean isIgnorable(int codePoint) {
        return codePoint == 0x034F
                || codePoint == 0x115F
                || codePoint == 0x1160
                || codePoint == 0x17B4
                || codePoint == 0x17B5
                || (codePoint >= 0x180B && codePoint <= 0x180F)
                || codePoint == 0x2800
                || codePoint == 0x3164
                || (codePoint >= 0xFE00 && codePoint <= 0xFE0D)
                || codePoint == 0xFFA0
                || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
    }
}
