package io.agentorchestrator.benchmarks.loadtest.report;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Numbers as reports write them, the same in every locale. */
public final class Figures {
    private Figures() {}

    /** A count, such as {@code 12,345}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A count that was measured as a number; what is behind the point is cut off. */
    public static String count(double count) {
        return count((long) count);
    }

    /** All of them together. */
    public static double sum(Map<?, Double> values) {
        return values.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** A time in milliseconds, such as {@code 12.3 ms}. */
    public static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 100 ? "%,.1f ms" : "%,.0f ms", millis);
    }

    /** A time in seconds, such as {@code 12.3 s}. */
    public static String seconds(Duration time) {
        return seconds(time.toNanos() / 1e9);
    }

    /** A time in seconds. */
    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%,.1f s", seconds);
    }

    /** Something a second, such as {@code 1,000.0/s}. */
    public static String perSecond(double rate) {
        return String.format(Locale.ROOT, "%,.1f/s", rate);
    }

    /** A share, 0 to 1, such as {@code 99.52 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Two decimals. */
    public static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    /** Bytes, in mebibytes. */
    public static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%,.1f MiB", bytes / (1 << 20));
    }
}
