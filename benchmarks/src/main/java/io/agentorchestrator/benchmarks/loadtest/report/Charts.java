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
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.SymbolAxis;
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

    /** The percentiles of an axis on which each further nine takes as much room as the one before. */
    private static final String[] NINES = {"0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};

    private Charts() {}

    static void percentiles(Latencies latencies, String scenario, Path file) throws IOException {
        JFreeChart chart = chart(
                scenario + ": latency from the intended start, by percentile",
                "percentile",
                "milliseconds",
                series("submission", latencies.submission()),
                series("completion", latencies.completion()));
        SymbolAxis percentile = new SymbolAxis("percentile", NINES);
        percentile.setGridBandsVisible(false);
        percentile.setRange(0, Math.max(1, nines(latencies.completion())));
        chart.getXYPlot().setDomainAxis(percentile);
        LogAxis millis = new LogAxis("milliseconds");
        millis.setSmallestValue(LEAST_MILLIS);
        // One tick a power of ten.
        millis.setTickUnit(new NumberTickUnit(1, NumberFormat.getNumberInstance(Locale.ROOT)));
        chart.getXYPlot().setRangeAxis(millis);
        ChartUtils.saveChartAsPNG(file.toFile(), chart, WIDTH, HEIGHT);
    }

    static void throughput(List<Timeline.Second> timeline, int warmUpSeconds, String scenario, Path file)
            throws IOException {
        JFreeChart chart = chart(
                scenario + ": tasks in each second (grey: warm-up)",
                "seconds",
                "tasks",
                series("offered", timeline, Timeline.Second::offered),
                series("accepted", timeline, Timeline.Second::accepted),
                series("completed", timeline, Timeline.Second::completed));
        if (warmUpSeconds > 0) {
            IntervalMarker warmUp = new IntervalMarker(0, warmUpSeconds, new Color(0xdddddd));
            chart.getXYPlot().addDomainMarker(warmUp, Layer.BACKGROUND);
        }
        ((NumberAxis) chart.getXYPlot().getRangeAxis()).setAutoRangeIncludesZero(true);
        ChartUtils.saveChartAsPNG(file.toFile(), chart, WIDTH, HEIGHT);
    }

    private static JFreeChart chart(String title, String across, String up, XYSeries... all) {
        XYSeriesCollection data = new XYSeriesCollection();
        JFreeChart chart = ChartFactory.createXYLineChart(title, across, up, data);
        XYPlot plot = chart.getXYPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        for (int i = 0; i < all.length; i++) {
            data.addSeries(all[i]);
            plot.getRenderer().setSeriesPaint(i, COLOURS[i]);
            plot.getRenderer().setSeriesStroke(i, new BasicStroke(LINE));
        }
        return chart;
    }

    /** The reach of a histogram's percentiles, in nines. */
    private static double nines(Histogram histogram) {
        return Math.min(MAX_NINES, Math.log10((double) Math.max(1, histogram.getTotalCount())));
    }

    private static XYSeries series(String name, Histogram histogram) {
        XYSeries series = new XYSeries(name);
        double most = histogram.getTotalCount() == 0 ? -1 : nines(histogram);
        for (double nines = 0; nines <= most; nines += STEP_NINES) {
            double percentile = 100 * (1 - Math.pow(10, -nines));
            series.add(nines, Math.max(LEAST_MILLIS, Latencies.millis(histogram, percentile)));
        }
        return series;
    }

    private static XYSeries series(String name, List<Timeline.Second> timeline, ToIntFunction<Timeline.Second> count) {
        XYSeries series = new XYSeries(name);
        timeline.forEach(each -> series.add(each.second(), count.applyAsInt(each)));
        return series;
    }
}
