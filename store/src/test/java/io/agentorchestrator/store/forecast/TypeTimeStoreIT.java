package io.agentorchestrator.store.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.store.forecast.TypeTimeStore.Measured;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TypeTimeStoreIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final TypeTimeStore times = new TypeTimeStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void fewSamplesCountAlikeWhoeverMeasuredThem() {
        times.merge(List.of(of("a", 1, 3), of("b", 7, 7)));
        times.merge(List.of(of("a", 5, 7)));

        Expected one = times.all().expected("a", 1);
        assertThat(one.seconds()).isCloseTo(4, within(1e-9));
        // Of 1, 3, 5, 7 the variance is 5, and 20/3 of the population that they are samples of.
        assertThat(one.sigma()).isCloseTo(Math.sqrt(20 / 3.0), within(1e-9));
        assertThat(times.all().expected("a", 3).seconds()).isCloseTo(12, within(1e-9));
        assertThat(times.all().isKnown("b")).isFalse();
        assertThat(times.all().expected("b", 2)).isEqualTo(new Expected(2, 0, 0));
    }

    @Test
    void aTypeThatHasBecomeSlowerIsFollowed() {
        for (int n = 0; n < 200; n++) {
            times.merge(List.of(of("a", 1)));
        }
        for (int n = 0; n < 200; n++) {
            times.merge(List.of(of("a", 2)));
        }

        assertThat(times.all().expected("a", 1).seconds()).isBetween(1.95, 2.0);
    }

    @Test
    void whatIsBeyondTheBoundOrOldIsForgotten() {
        database.client()
                .sql(
                        "insert into task_time select 't' || n, 1, 0, 9, now() - n * interval '1 second' from generate_series(1, 10005) n")
                .update();
        times.merge(List.of(of("old", 1)));
        database.client()
                .sql("update task_time set updated_at = now() - interval '91 days' where task_type = 'old'")
                .update();

        times.forget();

        assertThat(database.client()
                        .sql("select count(*) from task_time")
                        .query(Integer.class)
                        .single())
                .isEqualTo(TypeTimeStore.MAX_TYPES);
        assertThat(times.all().isKnown("t1")).isTrue();
        assertThat(times.all().isKnown("t10005")).isFalse();
    }

    private static Measured of(String type, double... seconds) {
        double sum = 0;
        double squares = 0;
        for (double each : seconds) {
            sum += each;
            squares += each * each;
        }
        return new Measured(type, sum / seconds.length, squares / seconds.length, seconds.length);
    }
}
