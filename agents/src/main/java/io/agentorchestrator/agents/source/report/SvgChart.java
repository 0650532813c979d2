package io.agentorchestrator.agents.source.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the two charts of a report as SVG, readable on light and dark pages. */
final class SvgChart {
    private static final int WIDTH = 760;
    private static final int LABEL_WIDTH = 140;
    private static final int ROW_HEIGHT = 26;
    private static final int TOP = 44;
    private static final int VALUE_WIDTH = 90;

    private static final int SCATTER_HEIGHT = 420;
    private static final int MARGIN = 56;
    private static final int BOTTOM = SCATTER_HEIGHT - MARGIN;
    private static final int LABELLED_POINTS = 8;
    private static final int MAX_LABEL = 28;

    private static final String INK = "#24292f";
    private static final String FAINT = "#8c959f";
    private static final String BAR = "#2f6f9f";
    private static final String COMMENT_BAR = "#a9c7dc";
    private static final String POINT = "#c2410c";

    /** A bar of two parts, one after the other. */
    record Bar(String label, long first, long second) {}

    /** A point with a name. */
    record Point(String label, long x, long y) {}

    private SvgChart() {}

    static String bars(String title, String firstName, String secondName, List<Bar> bars) {
        long longest = Math.max(
                1,
                bars.stream().mapToLong(bar -> bar.first() + bar.second()).max().orElse(1));
        double scale = (double) (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / longest;
        StringBuilder svg = begin(TOP + bars.size() * ROW_HEIGHT + 16, title);
        legend(svg, firstName, secondName);
        for (int row = 0; row < bars.size(); row++) {
            Bar bar = bars.get(row);
            int y = TOP + row * ROW_HEIGHT;
            double first = bar.first() * scale;
            double second = bar.second() * scale;
            text(svg, LABEL_WIDTH - 8, y + 15, "end", INK, bar.label());
            rectangle(svg, LABEL_WIDTH, y, first, BAR);
            rectangle(svg, LABEL_WIDTH + first, y, second, COMMENT_BAR);
            text(svg, LABEL_WIDTH + first + second + 6, y + 15, "start", FAINT, Markdown.number(bar.first()));
        }
        return svg.append("</svg>\n").toString();
    }

    static String scatter(String title, String xName, String yName, List<Point> points) {
        long mostX = Math.max(1, points.stream().mapToLong(Point::x).max().orElse(1));
        long mostY = Math.max(1, points.stream().mapToLong(Point::y).max().orElse(1));
        StringBuilder svg = begin(SCATTER_HEIGHT, title);
        line(svg, MARGIN, TOP, MARGIN, BOTTOM);
        line(svg, MARGIN, BOTTOM, WIDTH - 20, BOTTOM);
        text(svg, WIDTH - 20, BOTTOM + 34, "end", FAINT, xName + " (to " + Markdown.number(mostX) + ") →");
        text(svg, MARGIN, TOP - 6, "start", FAINT, "↑ " + yName + " (to " + Markdown.number(mostY) + ")");
        for (int index = points.size() - 1; index >= 0; index--) {
            Point point = points.get(index);
            double x = across(point, mostX);
            double y = down(point, mostY);
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"%s\" fill-opacity=\"0.65\"><title>%s</title></circle>\n",
                    x,
                    y,
                    POINT,
                    escape(point.label())));
        }
        labels(svg, points, mostX, mostY);
        return svg.append("</svg>\n").toString();
    }

    /** Names the first points, but for those whose name would cover another. */
    private static void labels(StringBuilder svg, List<Point> points, long mostX, long mostY) {
        List<double[]> taken = new ArrayList<>();
        for (Point point : points.subList(0, Math.min(LABELLED_POINTS, points.size()))) {
            double x = across(point, mostX);
            double y = down(point, mostY);
            if (taken.stream().noneMatch(other -> Math.abs(other[0] - x) < 200 && Math.abs(other[1] - y) < 14)) {
                boolean left = x > WIDTH * 0.6;
                text(svg, left ? x - 10 : x + 10, y + 4, left ? "end" : "start", INK, fileName(point.label()));
                taken.add(new double[] {x, y});
            }
        }
    }

    private static double across(Point point, long mostX) {
        return MARGIN + (double) point.x() / mostX * (WIDTH - MARGIN - 60);
    }

    private static double down(Point point, long mostY) {
        return BOTTOM - (double) point.y() / mostY * (BOTTOM - TOP - 16);
    }

    private static StringBuilder begin(int height, String title) {
        return new StringBuilder()
                .append(String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                                + " font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n",
                        WIDTH,
                        height,
                        WIDTH,
                        height))
                .append("<title>")
                .append(escape(title))
                .append("</title>\n")
                .append(String.format(
                        Locale.ROOT, "<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#ffffff\"/>\n", WIDTH, height));
    }

    private static void legend(StringBuilder svg, String firstName, String secondName) {
        rectangle(svg, LABEL_WIDTH, 14, 14, BAR);
        text(svg, LABEL_WIDTH + 20, 29, "start", INK, firstName);
        rectangle(svg, LABEL_WIDTH + 100, 14, 14, COMMENT_BAR);
        text(svg, LABEL_WIDTH + 120, 29, "start", INK, secondName);
    }

    private static void rectangle(StringBuilder svg, double x, int y, double width, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>\n",
                x,
                y + 1,
                width,
                colour));
    }

    private static void line(StringBuilder svg, int x1, int y1, int x2, int y2) {
        svg.append(String.format(
                Locale.ROOT, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n", x1, y1, x2, y2, FAINT));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String colour, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n",
                x,
                y,
                anchor,
                colour,
                escape(text)));
    }

    private static String fileName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.length() > MAX_LABEL ? name.substring(0, MAX_LABEL - 1) + "…" : name;
    }

    private static String escape(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
