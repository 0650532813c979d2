package io.agentorchestrator.benchmarks.placement;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Draws comparisons as an SVG: a panel for money and one, of a logarithmic scale, for the 99th percentile. */
final class Plot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 330;
    private static final int PANEL = 390;
    private static final int TOP = 60;
    private static final int BOTTOM = 280;
    private static final int BAR = 30;
    private static final String[] COLOURS = {"#9aa5b1", "#1f77b4"};
    private static final String[] STRATEGIES = {"LEAST_LOADED", "COST_BASED"};

    /**
     * Bars of one figure.
     *
     * @param scale the height of a value, as a share of the panel's
     * @param format of a bar's value
     */
    private record Panel(
            int left,
            String title,
            ToDoubleFunction<ReplayTally> value,
            DoubleUnaryOperator scale,
            List<Double> ticks,
            String format) {}

    private final StringBuilder svg = new StringBuilder();

    private Plot() {}

    /** A document of its own, which needs no other. */
    static String svg(List<Comparison> all) {
        return new Plot().draw(all);
    }

    private String draw(List<Comparison> all) {
        line(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12' fill='#222'>"
                        .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
        line("<rect width='%d' height='%d' fill='#fff'/>".formatted(WIDTH, HEIGHT));
        for (int i = 0; i < STRATEGIES.length; i++) {
            line("<rect x='%d' y='10' width='12' height='12' fill='%s'/>".formatted(40 + 140 * i, COLOURS[i]));
            line("<text x='%d' y='21'>%s</text>".formatted(58 + 140 * i, STRATEGIES[i]));
        }
        double dearest = all.stream()
                .mapToDouble(each -> Math.max(
                        each.leastLoaded().costPerThousandUsd(),
                        each.costBased().costPerThousandUsd()))
                .max()
                .orElse(1);
        panel(
                all,
                new Panel(
                        0,
                        "USD per 1,000 tasks",
                        ReplayTally::costPerThousandUsd,
                        value -> value / (1.15 * dearest),
                        List.of(0.0, 0.2, 0.4, 0.6),
                        "%.3f"));
        panel(
                all,
                new Panel(
                        PANEL + 40,
                        "P99 from created to ended, seconds (logarithmic)",
                        tally -> tally.percentileSeconds(0.99),
                        value -> Math.log10(Math.max(1, value)) / 3.15,
                        List.of(1.0, 10.0, 100.0, 1_000.0),
                        "%.1f"));
        line("</svg>");
        return svg.toString();
    }

    private void panel(List<Comparison> all, Panel panel) {
        int left = panel.left();
        line("<text x='%d' y='45' font-weight='bold'>%s</text>".formatted(left + 40, panel.title()));
        for (double tick : panel.ticks()) {
            int y = y(panel.scale().applyAsDouble(tick));
            line("<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='#ddd'/>".formatted(left + 40, left + PANEL, y, y));
            line("<text x='%d' y='%d' text-anchor='end' fill='#666'>%s</text>"
                    .formatted(left + 34, y + 4, number(tick)));
        }
        int room = (PANEL - 40) / Math.max(1, all.size());
        for (int i = 0; i < all.size(); i++) {
            int middle = left + 40 + room * i + room / 2;
            bar(panel, middle - BAR - 2, all.get(i).leastLoaded(), COLOURS[0]);
            bar(panel, middle + 2, all.get(i).costBased(), COLOURS[1]);
            String[] words = all.get(i).name().split(", ", 2);
            line("<text x='%d' y='%d' text-anchor='middle'>%s</text>".formatted(middle, BOTTOM + 18, words[0]));
            line("<text x='%d' y='%d' text-anchor='middle'>%s load</text>".formatted(middle, BOTTOM + 34, words[1]));
        }
    }

    private void bar(Panel panel, int x, ReplayTally tally, String colour) {
        double value = panel.value().applyAsDouble(tally);
        int y = y(panel.scale().applyAsDouble(value));
        line("<rect x='%d' y='%d' width='%d' height='%d' fill='%s'/>".formatted(x, y, BAR, BOTTOM - y, colour));
        String text = String.format(Locale.ROOT, panel.format(), value);
        line("<text x='%d' y='%d' text-anchor='middle' font-size='11'>%s</text>".formatted(x + BAR / 2, y - 4, text));
    }

    private static int y(double share) {
        return (int) Math.round(BOTTOM - share * (BOTTOM - TOP));
    }

    private static String number(double tick) {
        return tick == Math.rint(tick) ? String.valueOf((long) tick) : String.valueOf(tick);
    }

    private void line(String element) {
        svg.append(element.replace('\'', '"')).append('\n');
    }
}
