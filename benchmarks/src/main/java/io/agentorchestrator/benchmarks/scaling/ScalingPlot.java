package io.agentorchestrator.benchmarks.scaling;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws comparisons as an SVG: late tasks and replica-hours of each workload, and the replicas of two hours of the second one, by minutes. */
final class ScalingPlot {
    private static final int WIDTH = 860;
    private static final int LEFT = 120;
    private static final int PANEL = 320;
    private static final int GAP = 60;
    private static final int TOP = 60;
    private static final int ROW = 30;
    private static final int BAR = 11;
    private static final int LINES = 180;
    private static final int SHOWN_FROM_MINUTE = 18 * 60;
    private static final int SHOWN_MINUTES = 120;
    private static final String[] COLOURS = {"#9aa5b1", "#1f77b4"};
    private static final String[] POLICIES = {"reactive", "predictive"};

    private final StringBuilder svg = new StringBuilder();

    private ScalingPlot() {}

    /** A document of its own, which needs no other. */
    static String svg(List<ScalingRow> rows) {
        return new ScalingPlot().draw(rows);
    }

    private String draw(List<ScalingRow> rows) {
        int height = TOP + ROW * rows.size() + LINES + 90;
        line(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12' fill='#222'>"
                        .formatted(WIDTH, height, WIDTH, height));
        line("<rect width='%d' height='%d' fill='#fff'/>".formatted(WIDTH, height));
        for (int i = 0; i < POLICIES.length; i++) {
            line("<rect x='%d' y='10' width='12' height='12' fill='%s'/>".formatted(LEFT + 120 * i, COLOURS[i]));
            line("<text x='%d' y='21'>%s</text>".formatted(LEFT + 18 + 120 * i, POLICIES[i]));
        }
        for (int i = 0; i < rows.size(); i++) {
            line("<text x='%d' y='%d' text-anchor='end'>%s</text>"
                    .formatted(LEFT - 8, TOP + ROW * i + 16, rows.get(i).name()));
        }
        panel(
                rows,
                LEFT,
                "tasks that wait longer than 10 s, %",
                tallies -> 100 * ScalingRow.lateShare(tallies),
                "%.2f");
        panel(rows, LEFT + PANEL + GAP, "replica-hours", ScalingRow::replicaHours, "%.0f");
        replicas(rows.get(1), TOP + ROW * rows.size() + 50);
        line("</svg>");
        return svg.toString();
    }

    private void panel(
            List<ScalingRow> rows, int left, String title, Function<List<ScalingTally>, Double> value, String format) {
        line("<text x='%d' y='45' font-weight='bold'>%s</text>".formatted(left, title));
        double highest = rows.stream()
                .mapToDouble(row -> Math.max(value.apply(row.reactive()), value.apply(row.predictive())))
                .max()
                .orElse(1);
        for (int i = 0; i < rows.size(); i++) {
            double[] values = {
                value.apply(rows.get(i).reactive()), value.apply(rows.get(i).predictive())
            };
            for (int policy = 0; policy < values.length; policy++) {
                int y = TOP + ROW * i + policy * (BAR + 1);
                long width = Math.round((PANEL - 50) * values[policy] / Math.max(highest, Double.MIN_NORMAL));
                line("<rect x='%d' y='%d' width='%d' height='%d' fill='%s'/>"
                        .formatted(left, y, width, BAR, COLOURS[policy]));
                line("<text x='%d' y='%d' font-size='11'>%s</text>"
                        .formatted(left + width + 5, y + 10, String.format(Locale.ROOT, format, values[policy])));
            }
        }
    }

    private void replicas(ScalingRow row, int top) {
        line("<text x='%d' y='%d' font-weight='bold'>replicas wished, two hours of \"%s\"</text>"
                .formatted(LEFT, top - 12, row.name()));
        List<int[]> both = List.of(
                row.reactive().getFirst().replicasByMinute(),
                row.predictive().getFirst().replicasByMinute());
        int highest = both.stream()
                .flatMapToInt(each -> IntStream.range(SHOWN_FROM_MINUTE, SHOWN_FROM_MINUTE + SHOWN_MINUTES)
                        .map(minute -> each[minute]))
                .max()
                .orElse(1);
        int step = Math.max(1, highest / 40 * 10);
        for (int tick = 0; tick <= highest; tick += step) {
            int y = top + LINES - LINES * tick / highest;
            line("<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='#ddd'/>".formatted(LEFT, WIDTH - 40, y, y));
            line("<text x='%d' y='%d' text-anchor='end' fill='#666'>%d</text>".formatted(LEFT - 8, y + 4, tick));
        }
        for (int minute = 0; minute <= SHOWN_MINUTES; minute += 20) {
            line("<text x='%d' y='%d' text-anchor='middle' fill='#666'>%d min</text>"
                    .formatted(x(minute), top + LINES + 18, minute));
        }
        for (int policy = 0; policy < POLICIES.length; policy++) {
            int[] wished = both.get(policy);
            String points = IntStream.range(0, SHOWN_MINUTES)
                    .mapToObj(minute -> x(minute) + ","
                            + (top + LINES - LINES * wished[SHOWN_FROM_MINUTE + minute] / highest) + " " + x(minute + 1)
                            + "," + (top + LINES - LINES * wished[SHOWN_FROM_MINUTE + minute] / highest))
                    .collect(Collectors.joining(" "));
            line("<polyline fill='none' stroke='%s' stroke-width='2' points='%s'/>".formatted(COLOURS[policy], points));
        }
    }

    private static int x(int minute) {
        return LEFT + (WIDTH - 40 - LEFT) * minute / SHOWN_MINUTES;
    }

    private void line(String element) {
        svg.append(element.replace('\'', '"')).append('\n');
    }
}
