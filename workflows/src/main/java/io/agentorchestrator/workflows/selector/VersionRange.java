package io.agentorchestrator.workflows.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions that a selector wants: one, as text, or those for which all of its comparisons hold, such as {@code >=1.2, <2}. Immutable.
 *
 * <p>Versions are ordered as by Semantic Versioning 2.0.0, section 11, for any number of parts: numbers as numbers, a missing part as 0, a
 * pre-release ({@code 2.0-rc.1}) before its release, and what follows a {@code +} does not count. Elsewhere than after the hyphen a part that is no
 * number is compared as text, and is greater than any number.
 */
public final class VersionRange {
    private static final String VERSION = "[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}";
    private static final Pattern EXACT = Pattern.compile(VERSION);
    private static final Pattern COMPARISON = Pattern.compile("(>=|<=|>|<|=) *(" + VERSION + ")");
    private static final Pattern SEPARATOR = Pattern.compile(" *, *");
    private static final int MAX_COMPARISONS = 4;

    private final String text;
    /** Empty where the text itself is the version. */
    private final List<Comparison> comparisons;

    private VersionRange(String text, List<Comparison> comparisons) {
        this.text = text;
        this.comparisons = comparisons;
    }

    private record Comparison(String operator, String version) {
        boolean holds(String other) {
            int compared = compare(other, version);
            return switch (operator) {
                case ">=" -> compared >= 0;
                case "<=" -> compared <= 0;
                case ">" -> compared > 0;
                case "<" -> compared < 0;
                default -> compared == 0;
            };
        }
    }

    /**
     * Reads a version, or comparisons of versions separated by commas.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static VersionRange parse(String text) {
        if (EXACT.matcher(text).matches()) {
            return new VersionRange(text, List.of());
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (String part : SEPARATOR.split(text.strip(), MAX_COMPARISONS + 1)) {
            Matcher comparison = COMPARISON.matcher(part);
            if (!comparison.matches() || comparisons.size() == MAX_COMPARISONS) {
                throw new IllegalArgumentException("neither a version nor up to %d comparisons such as >=1.2, <2: %s"
                        .formatted(MAX_COMPARISONS, text));
            }
            comparisons.add(new Comparison(comparison.group(1), comparison.group(2)));
        }
        return new VersionRange(text, comparisons);
    }

    /** Tells whether a version is in the range. */
    public boolean contains(String version) {
        return comparisons.isEmpty()
                ? text.equals(version)
                : comparisons.stream().allMatch(comparison -> comparison.holds(version));
    }

    /** Compares two versions by the order above. */
    static int compare(String one, String other) {
        String[] first = split(one);
        String[] second = split(other);
        int released = compareParts(first[0], second[0], "0");
        if (released != 0) {
            return released;
        }
        if (first[1].isEmpty() || second[1].isEmpty()) {
            return Boolean.compare(first[1].isEmpty(), second[1].isEmpty());
        }
        return compareParts(first[1], second[1], "");
    }

    /** The release and the pre-release, which is empty where there is none. */
    private static String[] split(String version) {
        int build = version.indexOf('+');
        String counting = build < 0 ? version : version.substring(0, build);
        int hyphen = counting.indexOf('-');
        return hyphen < 0
                ? new String[] {counting, ""}
                : new String[] {counting.substring(0, hyphen), counting.substring(hyphen + 1)};
    }

    private static int compareParts(String one, String other, String missing) {
        List<String> first = List.of(one.split("\\.", -1));
        List<String> second = List.of(other.split("\\.", -1));
        for (int at = 0; at < Math.max(first.size(), second.size()); at++) {
            int compared = comparePart(
                    at < first.size() ? first.get(at) : missing, at < second.size() ? second.get(at) : missing);
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }

    private static int comparePart(String one, String other) {
        boolean bothNumbers = isNumber(one) && isNumber(other);
        if (bothNumbers) {
            String first = one.replaceFirst("^0+", "");
            String second = other.replaceFirst("^0+", "");
            int longer = Integer.compare(first.length(), second.length());
            return longer != 0 ? longer : first.compareTo(second);
        }
        if (one.isEmpty() || other.isEmpty() || isNumber(one) == isNumber(other)) {
            return one.compareTo(other);
        }
        return isNumber(one) ? -1 : 1;
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionRange range && range.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text that it was read from. */
    @Override
    public String toString() {
        return text;
    }
}
