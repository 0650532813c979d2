package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickUnits;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Draws charts as PNG, without a screen. */
final class Charts {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;
    private static final float LINE = 2f;
    private static final Color[] COLOURS = {new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c)};
    /** Where the axis of percentiles ends: beyond it, a histogram of a million has nothing to tell. */
    private static final double MAX_NINES = 5;

    private static final double STEP_NINES = 0.02;
    private static final double LEAST_MILLIS = 0.1;

    static {
        System.setProperty("java.awt.headless", "true");
    }

    /** An axis of percentiles on which each further nine takes as much room as the one before. */
    private static final class NinesUnit extends NumberTickUnit {
        NinesUnit() {
            super(1);
        }

        @Override
        public String valueToString(double nines) {
            return switch ((int) Math.round(nines)) {
                case 0 -> "0 %";
                case 1 -> "90 %";
                case 2 -> "99 %";
                case 3 -> "99.9 %";
                case 4 -> "99.99 %";
                default -> "99.999 %";
            };
        }
    }

    private Charts() {}

    static void percentiles(Latencies latencies, String scenario, Path file) throws IOException {
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(series("submission", latencies.submission()));
        data.addSeries(series("completion", latencies.completion()));
        JFreeChart chart = ChartFactory.createXYLineChart(
                scenario + ": latency from the intended start, by percentile", "percentile", "milliseconds", data);
        NumberAxis percentile = new NumberAxis("percentile");
        TickUnits units = new TickUnits();
        units.add(new NinesUnit());
        percentile.setStandardTickUnits(units);
        percentile.setRange(0, Math.max(1, nines(latencies.completion())));
        LogAxis millis = new LogAxis("milliseconds");
        millis.setSmallestValue(LEAST_MILLIS);
        // One tick a power of ten.
        millis.setTickUnit(new NumberTickUnit(1, NumberFormat.getNumberInstance(Locale.ROOT)));
        XYPlot plot = chart.getXYPlot();
        plot.setDomainAxis(percentile);
        plot.setRangeAxis(millis);
        write(chart, file);
    }

    /** The reach of a histogram's percentiles, in nines. */
    private static double nines(Histogram histogram) {
        return Math.min(MAX_NINES, Math.log10((double) Math.max(1, histogram.getTotalCount())));
    }

    private static XYSeries series(String name, Histogram histogram) {
        XYSeries series = new XYSeries(name);
        if (histogram.getTotalCount() == 0) {
            return series;
        }
        double most = nines(histogram);
        for (double nines = 0; nines <= most; nines += STEP_NINES) {
            double percentile = 100 * (1 - Math.pow(10, -nines));
            series.add(nines, Math.max(LEAST_MILLIS, Latencies.millis(histogram, percentile)));
        }
        return series;
    }

    static void throughput(List<Timeline.Second> timeline, int warmUpSeconds, String scenario, Path file)
            throws IOException {
        XYSeries offered = new XYSeries("offered");
        XYSeries accepted = new XYSeries("accepted");
        XYSeries completed = new XYSeries("completed");
        for (Timeline.Second each : timeline) {
            offered.add(each.second(), each.offered());
            accepted.add(each.second(), each.accepted());
            completed.add(each.second(), each.completed());
        }
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(offered);
        data.addSeries(accepted);
        data.addSeries(completed);
        JFreeChart chart = ChartFactory.createXYLineChart(
                scenario + ": tasks in each second (grey: warm-up)", "seconds", "tasks", data);
        if (warmUpSeconds > 0) {
            IntervalMarker warmUp = new IntervalMarker(0, warmUpSeconds, new Color(0xdddddd));
            chart.getXYPlot().addDomainMarker(warmUp, Layer.BACKGROUND);
        }
        ((NumberAxis) chart.getXYPlot().getRangeAxis()).setAutoRangeIncludesZero(true);
        write(chart, file);
    }

    private static void write(JFreeChart chart, Path file) throws IOException {
        XYPlot plot = chart.getXYPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        for (int i = 0; i < plot.getSeriesCount(); i++) {
            plot.getRenderer().setSeriesPaint(i, COLOURS[i % COLOURS.length]);
            plot.getRenderer().setSeriesStroke(i, new BasicStroke(LINE));
        }
        ChartUtils.saveChartAsPNG(file.toFile(), chart, WIDTH, HEIGHT);
    }
}
