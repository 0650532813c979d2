package io.agentorchestrator.cli.console;

/**
 * The columns that text takes on a terminal, as wcwidth counts them: East Asian wide characters and emoji take two, combining
 * ones none (<a href="https://www.unicode.org/reports/tr11/">UAX #11</a>). Where terminals differ it counts the larger, so that no line
 * is ever wider than it was counted.
 */
public final class DisplayWidth {
    private static final String ELLIPSIS = "…";
    private static final int EMOJI_VARIATION = 0xFE0F;

    /** The first and last code points of ranges that are wide, beyond what is shown as emoji by itself; ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x2329, 0x232A, 0x2630, 0x2637, 0x268A, 0x268F, 0x2E80, 0x303E, 0x3041, 0xA4CF,
        0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF01, 0xFF60,
        0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FF, 0x1D300, 0x1D376, 0x1F200, 0x1F2FF, 0x1F300, 0x1F64F,
        0x1F680, 0x1F6FF, 0x1F7E0, 0x1F7F0, 0x1F900, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private DisplayWidth() {}

    /** The columns that a text takes. */
    public static int of(String text) {
        int columns = 0;
        int last = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int codePoint = text.codePointAt(at);
            int width = of(codePoint);
            if (codePoint == EMOJI_VARIATION && last == 1) {
                width = 1; // what stands before it is shown as an emoji
            }
            columns += width;
            last = codePoint == EMOJI_VARIATION ? 0 : width == 0 ? last : width;
        }
        return columns;
    }

    private static int of(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> {
                boolean joinsItsSyllable =
                        (codePoint >= 0x1160 && codePoint <= 0x11FF) || (codePoint >= 0xD7B0 && codePoint <= 0xD7FF);
                yield joinsItsSyllable ? 0 : isWide(codePoint) ? 2 : 1;
            }
        };
    }

    private static boolean isWide(int codePoint) {
        if (Character.isEmojiPresentation(codePoint)) {
            return true;
        }
        for (int range = 0; range < WIDE.length && WIDE[range] <= codePoint; range += 2) {
            if (codePoint <= WIDE[range + 1]) {
                return true;
            }
        }
        return false;
    }

    /** The text, or as much of its beginning as the columns hold, with an ellipsis. */
    public static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        int end = 0;
        for (int at = 0; at < text.length(); ) {
            at += Character.charCount(text.codePointAt(at));
            if (of(text.substring(0, at)) > columns - 1) {
                break;
            }
            boolean varied = at < text.length() && text.codePointAt(at) == EMOJI_VARIATION;
            end = varied ? end : at;
        }
        return columns < 1 ? "" : text.substring(0, end) + ELLIPSIS;
    }

    /** The text with spaces behind it, up to a number of columns. */
    public static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }
}
