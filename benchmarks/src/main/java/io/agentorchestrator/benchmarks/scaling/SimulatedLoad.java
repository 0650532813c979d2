package io.agentorchestrator.benchmarks.scaling;

import io.agentorchestrator.benchmarks.placement.TracedRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Tasks as they come, in seconds from the beginning.
 *
 * @param name in a few words
 * @param pattern of what comes
 * @param arrivals in the order of time
 * @param hours that it lasts
 * @param judgedFromHour before that everything is learnt only
 */
record SimulatedLoad(String name, Pattern pattern, List<Arrival> arrivals, int hours, int judgedFromHour) {
    static final double HOUR = 3_600;

    private static final double MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int HOURS_PER_DAY = 24;
    private static final double MEAN_SECONDS = 10;
    private static final int TRACE_HOURS = 24;

    /** Services that send what the trace has, each with other requests at other seconds of the same minutes. */
    private static final double TRACE_SERVICES = 16;

    private static final double SECONDS_PER_TOKEN = 0.03;

    /** Half of the time by which a copy of a request is displaced, in seconds. */
    private static final double DISPLACED = 15;

    /** The regularity of what comes. */
    enum Pattern {
        /** It comes again and again. */
        REGULAR,
        /** It came again and again, and then differently. */
        BROKEN,
        /** Nothing can be told. */
        NONE
    }

    /**
     * A task.
     *
     * @param at when it comes
     * @param seconds that it takes
     */
    record Arrival(double at, double seconds) {}

    /** The tasks that come a second. */
    private interface Rate {
        double at(double second);
    }

    /** A workload that is drawn from a seed. */
    enum Synthetic {
        /** A wave of a day, and in each hour five minutes with two and a half times as much. */
        DAY_AND_HOUR,
        /** The same as much all day, and in each hour five minutes with four times as much. */
        EVERY_HOUR,
        /** A day that begins and ends within minutes: an office, a market. */
        OFFICE_DAY,
        /** The same, and then a day on which nobody comes. */
        DAY_OFF,
        /** As every hour, but from the middle on half an hour later. */
        MOVED,
        /** Always the same rate. */
        POISSON,
        /** The same rate but for ten minutes that nobody could know of. */
        SPIKE,
        /** A rate that is drawn anew for each minute. */
        RANDOM_MINUTES;

        SimulatedLoad draw(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return switch (this) {
                case DAY_AND_HOUR ->
                    poisson(
                            "day and hour",
                            Pattern.REGULAR,
                            96,
                            48,
                            random,
                            second -> wave(second) * burst(second, 2.5));
                case EVERY_HOUR ->
                    poisson("every hour", Pattern.REGULAR, 24, 6, random, second -> 2 * burst(second, 4));
                case OFFICE_DAY -> poisson("office day", Pattern.REGULAR, 120, 72, random, SimulatedLoad::office);
                case DAY_OFF ->
                    poisson(
                            "day off",
                            Pattern.BROKEN,
                            96,
                            72,
                            random,
                            second -> second < 72 * HOUR ? office(second) : 0.5);
                case MOVED ->
                    poisson(
                            "moved",
                            Pattern.BROKEN,
                            24,
                            12,
                            random,
                            second -> 2 * burst(second < 12.5 * HOUR ? second : second + HOUR / 2, 4));
                case POISSON -> poisson("Poisson", Pattern.NONE, 48, 24, random, _ -> 3);
                case SPIKE -> {
                    double begin = (30 + 12 * random.nextDouble()) * HOUR;
                    yield poisson(
                            "spike",
                            Pattern.NONE,
                            48,
                            24,
                            random,
                            second -> second >= begin && second < begin + 600 ? 12 : 3);
                }
                case RANDOM_MINUTES -> {
                    double[] rates = random.doubles(48L * MINUTES_PER_HOUR)
                            .map(each -> 6 * each)
                            .toArray();
                    yield poisson(
                            "random minutes", Pattern.NONE, 48, 24, random, second -> rates[(int) (second / MINUTE)]);
                }
            };
        }
    }

    private static double wave(double second) {
        return 2 * (1 - 0.7 * Math.cos(2 * Math.PI * second / (HOURS_PER_DAY * HOUR)));
    }

    private static double office(double second) {
        double hour = second / HOUR % HOURS_PER_DAY;
        return hour >= 8 && hour < 18 ? 5 : 0.5;
    }

    private static double burst(double second, double times) {
        double inHour = second % HOUR;
        return inHour >= 20 * MINUTE && inHour < 25 * MINUTE ? times : 1;
    }

    /** A Poisson process of a rate that changes: exponential gaps of the rate at their beginning. */
    private static SimulatedLoad poisson(
            String name, Pattern pattern, int hours, int judgedFrom, RandomGenerator random, Rate rate) {
        List<Arrival> arrivals = new ArrayList<>();
        double at = 0;
        while (true) {
            at += exponential(random) / rate.at(at);
            if (at >= hours * HOUR) {
                return new SimulatedLoad(name, pattern, arrivals, hours, judgedFrom);
            }
            arrivals.add(new Arrival(at, MEAN_SECONDS * exponential(random)));
        }
    }

    private static double exponential(RandomGenerator random) {
        return -Math.log(1 - random.nextDouble());
    }

    /**
     * The trace's hour over and over, as sixteen services send it: of each request a number of copies that is drawn from Poisson's distribution, and each up
     * to 15 s earlier or later. So no two hours have the same requests, but the same minutes are busy.
     *
     * @param shuffled whether each hour has the minutes of the trace in an order of its own
     */
    static SimulatedLoad ofTrace(List<TracedRequest> trace, boolean shuffled, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Arrival> arrivals = new ArrayList<>();
        for (int hour = 0; hour < TRACE_HOURS; hour++) {
            List<Integer> minutes =
                    new ArrayList<>(IntStream.range(0, MINUTES_PER_HOUR).boxed().toList());
            if (shuffled) {
                Collections.shuffle(minutes, new Random(random.nextLong()));
            }
            for (TracedRequest request : trace) {
                double second = request.at().toMillis() / 1e3;
                int minute = (int) (second / MINUTE);
                if (minute < MINUTES_PER_HOUR) {
                    double moved = hour * HOUR + minutes.get(minute) * MINUTE + second % MINUTE;
                    for (int copies = poisson(random, TRACE_SERVICES); copies > 0; copies--) {
                        double at = Math.max(0, moved + DISPLACED * (2 * random.nextDouble() - 1));
                        arrivals.add(new Arrival(at, SECONDS_PER_TOKEN * request.tokens()));
                    }
                }
            }
        }
        arrivals.sort(Comparator.comparingDouble(Arrival::at));
        return new SimulatedLoad(
                shuffled ? "trace, shuffled" : "trace, each hour",
                shuffled ? Pattern.NONE : Pattern.REGULAR,
                arrivals,
                TRACE_HOURS,
                6);
    }

    /** Counts the exponential gaps that fit: for small means. */
    private static int poisson(RandomGenerator random, double mean) {
        int count = -1;
        for (double sum = 0; sum < mean; sum += exponential(random)) {
            count++;
        }
        return count;
    }
}
