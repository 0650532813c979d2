package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static Options options(@Nullable Double rate, @Nullable Duration duration, @Nullable Integer slots) {
        return new Options(rate, duration, null, 1, null, slots, null, null, 3, List.of(), null, null);
    }

    @Test
    void whatIsNotGivenIsTheScenarios() {
        assertThat(options(null, null, null).or(100, Duration.ofSeconds(60), Duration.ofSeconds(15)))
                .isEqualTo(new LoadSettings(100, Duration.ofSeconds(60), Duration.ofSeconds(15), 1));
        assertThat(options(7.0, Duration.ofSeconds(5), null)
                        .or(100, Duration.ofSeconds(60), Duration.ofSeconds(15))
                        .rate())
                .isEqualTo(7);
    }

    @Test
    void refusesWhatCannotBeMeantByItsName() {
        assertThatThrownBy(() -> options(0.0, null, null)).hasMessage("--rate must be 0.1 to 100000, not 0.0.");
        assertThatThrownBy(() -> options(Double.NaN, null, null)).hasMessageContaining("--rate");
        assertThatThrownBy(() -> options(null, Duration.ZERO, null)).hasMessageContaining("--duration must be PT1S");
        assertThatThrownBy(() -> options(null, null, 0)).hasMessage("--slots must be 1 to 100000, not 0.");
    }

    @Test
    void refusesTasksThatCannotBeMeantByTheirNames() {
        assertThatThrownBy(() -> new Options(null, null, null, 1, null, null, null, null, 3, List.of(), 0, null))
                .hasMessage("--tasks must be 1 to 100000, not 0.");
        assertThatThrownBy(() -> new Options(
                        null, null, null, 1, null, null, null, null, 3, List.of(), null, Duration.ofMillis(1)))
                .hasMessageContaining("--task-duration must be PT1S");
    }

    @Test
    void refusesMoreTasksThanCanBeRemembered() {
        assertThatThrownBy(() -> options(100_000.0, Duration.ofHours(1), null)
                        .or(1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessageContaining("at most 16000000 are remembered");
    }

    @Test
    void sizesTheFleetByLittlesLawWithHeadroom() {
        assertThat(options(null, null, null).fleet(1, 69)).isEqualTo(new Options.FleetSize(1, 90));
        assertThat(options(null, null, null).fleet(2, 1)).isEqualTo(new Options.FleetSize(2, 50));
        assertThat(options(null, null, 7).fleet(2, 69)).isEqualTo(new Options.FleetSize(2, 7));
    }

    @Test
    void namesTheScenariosThereAreWhereOneIsUnknown() {
        assertThatThrownBy(() -> Scenarios.named(List.of("fast")))
                .hasMessageContaining("`fast`")
                .hasMessageContaining("high-throughput");
        assertThat(Scenarios.named(List.of()).stream().map(Scenario::scenarioName))
                .containsExactly("baseline", "high-throughput", "complex-dependencies", "chaos");
    }

    @Test
    void readsWhatTheHandWrittenWorkflowsTell() {
        assertThat(
                        HandWritten.parse(
                                "starting\n{\"completed\":900,\"seconds\":20.0,\"tasks_per_second\":45.0,\"failed\":1,\"p50_ms\":80.5,\"p99_ms\":300}\n"))
                .isEqualTo(new HandWritten.Result(900, 1, 45.0, 80.5, 300));
        assertThatThrownBy(() -> HandWritten.parse("no luck")).hasMessageContaining("no luck");
    }
}
