package io.agentorchestrator.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class DemandForecastPropertyTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration START = Duration.ofSeconds(90);
    private static final double LOW = 10;
    private static final double HIGH = 60;

    /** A minute's load, and what was forecast at its end. */
    private interface Listener {
        void forecast(int minute, OptionalDouble peak);
    }

    private static void feed(DemandForecast forecast, int from, int to, IntToDoubleFunction load, Listener listener) {
        for (int minute = from; minute < to; minute++) {
            Instant at = BEGIN.plus(DemandForecast.INTERVAL.multipliedBy(minute));
            for (int look = 0; look < 4; look++) {
                forecast.arrived(at.plusSeconds(15L * look), look == 0 ? 0 : 20 * load.applyAsDouble(minute));
            }
            listener.forecast(minute, forecast.peak(at.plusSeconds(59), START));
        }
    }

    private static double burst(int minute) {
        return Math.floorMod(minute, 60) >= 20 && Math.floorMod(minute, 60) < 25 ? HIGH : LOW;
    }

    private static double noisy(double load, long seed, int minute) {
        return Math.max(0, load + 0.1 * load * new Random(seed * 1_000_003 + minute).nextGaussian());
    }

    @Test
    void seesWhatComesEveryHourBeforeItComes() {
        for (long seed = 1; seed <= 20; seed++) {
            long drawn = seed;
            DemandForecast forecast = new DemandForecast(START);
            int[] counts = new int[2];
            feed(forecast, 0, 600, minute -> noisy(burst(minute), drawn, minute), (minute, peak) -> {
                if (minute >= 300 && minute % 60 == 18) {
                    counts[0]++;
                    counts[1] += peak.orElse(0) > 0.7 * HIGH ? 1 : 0;
                }
                if (minute >= 300 && minute % 60 == 40) {
                    assertThat(peak.orElse(LOW))
                            .as("seed %d, minute %d", drawn, minute)
                            .isLessThan(2 * LOW);
                }
            });
            assertThat(counts[1])
                    .as("seed %d, bursts foreseen of %d", seed, counts[0])
                    .isEqualTo(counts[0]);
        }
    }

    @Test
    void isSilentWhereThereIsNothingToSee() {
        int trusted = 0;
        int asked = 0;
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            double[] loads = random.doubles(2_000, LOW, HIGH).toArray();
            int[] counts = new int[1];
            DemandForecast forecast = new DemandForecast(START);
            feed(
                    forecast,
                    0,
                    loads.length,
                    minute -> loads[minute],
                    (_, peak) -> counts[0] += peak.isPresent() ? 1 : 0);
            trusted += counts[0];
            asked += loads.length;
        }
        assertThat(trusted).as("of %d minutes", asked).isLessThan(asked / 50);
    }

    @Test
    void aPatternThatEndsIsForgottenAndOneThatLeapsIsLearntAnew() {
        DemandForecast forecast = new DemandForecast(START);
        feed(forecast, 0, 600, DemandForecastPropertyTest::burst, (_, _) -> {});
        feed(forecast, 600, 1_200, _ -> LOW, (minute, peak) -> {
            if (minute > 600 + 240) {
                assertThat(peak.orElse(LOW)).as("minute %d", minute).isLessThan(2 * LOW);
            }
        });
        feed(forecast, 1_200, 2_000, minute -> 5 * burst(minute), (minute, peak) -> {
            if (minute > 1_200 + 400 && minute % 60 == 18) {
                assertThat(peak.orElse(0)).as("minute %d", minute).isGreaterThan(0.7 * 5 * HIGH);
            }
        });
    }

    @Test
    void nothingIsDueAtNight() {
        int day = 1_440;
        int[] counts = new int[1];
        DemandForecast forecast = new DemandForecast(START);
        feed(
                forecast,
                0,
                4 * day,
                minute -> minute % day >= 480 && minute % day < 1_080 ? noisy(HIGH, 1, minute) : 0,
                (minute, peak) -> {
                    if (minute > 3 * day && (minute % day < 470 || minute % day > 1_200)) {
                        counts[0] += peak.isPresent() ? 1 : 0;
                        assertThat(peak.orElse(0)).as("minute %d", minute).isZero();
                    }
                    if (minute == 3 * day + 478) {
                        assertThat(peak.orElse(0)).as("before it begins").isGreaterThan(0.7 * HIGH);
                    }
                });
        assertThat(counts[0]).as("minutes of a trusted forecast").isGreaterThan(600);
    }

    @Test
    void aGapKeepsThePhaseAndALongOneForgetsAll() {
        DemandForecast forecast = new DemandForecast(START);
        feed(forecast, 0, 600, DemandForecastPropertyTest::burst, (_, _) -> {});
        feed(forecast, 637, 800, DemandForecastPropertyTest::burst, (minute, peak) -> {
            if (minute % 60 == 18) {
                assertThat(peak.orElse(0)).as("minute %d", minute).isGreaterThan(0.7 * HIGH);
            }
        });
        feed(
                forecast,
                3_000,
                3_060,
                DemandForecastPropertyTest::burst,
                (_, peak) -> assertThat(peak).isEmpty());
    }

    /** Zeros, leaps to what is no load, gaps, a clock that goes back. */
    @Test
    void isNeverNegativeNorInfiniteWhateverComes() {
        int present = 0;
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            DemandForecast forecast = new DemandForecast(Duration.ofSeconds(random.nextInt(1_800)));
            Instant now = BEGIN;
            double scale = 1;
            for (int i = 0; i < 4_000; i++) {
                int seconds = 1 + random.nextInt(20);
                now = now.plusSeconds(
                        switch (random.nextInt(4_000)) {
                            case 0 -> -random.nextInt(200_000);
                            case 1 -> random.nextInt(200_000);
                            default -> seconds;
                        });
                if (random.nextInt(2_000) == 0) {
                    scale = random.nextInt(10) == 0 ? 1e300 : Math.pow(10, 10 * random.nextDouble() - 5);
                }
                double wave = 1 + Math.sin(now.getEpochSecond() * Math.PI / 1_800);
                forecast.arrived(now, random.nextInt(50) == 0 ? 0 : scale * seconds * wave);
                OptionalDouble peak = forecast.peak(now, ScalingPolicy.MAX_START_TIME);
                present += peak.isPresent() ? 1 : 0;
                assertThat(peak.orElse(0))
                        .as("seed %d, step %d", seed, i)
                        .isGreaterThanOrEqualTo(0)
                        .isFinite();
            }
        }
        assertThat(present).as("forecasts that were trusted").isGreaterThan(1_000);
    }

    @Test
    void refusesWhatIsNoTime() {
        DemandForecast forecast = new DemandForecast(START);
        assertThatThrownBy(() -> forecast.arrived(BEGIN, Double.NaN)).hasMessageContaining("slotSeconds");
        assertThatThrownBy(() -> forecast.arrived(BEGIN, -1)).hasMessageContaining("slotSeconds");
        assertThatThrownBy(() -> new DemandForecast(Duration.ofHours(1))).hasMessageContaining("startTime");
    }
}
