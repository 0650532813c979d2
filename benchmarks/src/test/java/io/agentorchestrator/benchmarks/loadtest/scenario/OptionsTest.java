package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OptionsTest {
    private static Options options(String... arguments) {
        Options options = CommandLine.populateCommand(new Options(), arguments);
        options.check();
        return options;
    }

    @Test
    void whatIsNotGivenIsTheScenarios() {
        assertThat(options().pace(100, Duration.ofSeconds(15), Duration.ofSeconds(60)))
                .isEqualTo(new Pace(100, Duration.ofSeconds(15), Duration.ofSeconds(60)));
        assertThat(options("--rate", "7", "--duration", "PT5S")
                        .pace(100, Duration.ofSeconds(15), Duration.ofSeconds(60)))
                .isEqualTo(new Pace(7, Duration.ofSeconds(15), Duration.ofSeconds(5)));
        assertThat(options("--seed", "1").seed()).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBeMeantByItsName() {
        assertThatThrownBy(() -> options("--rate", "0.0")).hasMessage("--rate must be 0.1 to 100000, not 0.0.");
        assertThatThrownBy(() -> options("--rate", "NaN")).hasMessageContaining("--rate");
        assertThatThrownBy(() -> options("--duration", "PT0S")).hasMessageContaining("--duration must be PT1S");
        assertThatThrownBy(() -> options("--slots", "0")).hasMessage("--slots must be 1 to 100000, not 0.");
    }

    @Test
    void refusesTasksThatCannotBeMeantByTheirNames() {
        assertThatThrownBy(() -> options("--tasks", "0")).hasMessage("--tasks must be 1 to 100000, not 0.");
        assertThatThrownBy(() -> options("--task-duration", "PT0.001S"))
                .hasMessageContaining("--task-duration must be PT1S");
    }

    @Test
    void refusesMoreTasksThanCanBeRemembered() {
        assertThatThrownBy(() -> options("--rate", "100000", "--duration", "PT1H")
                        .pace(1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessageContaining("at most 16000000 are remembered");
    }

    @Test
    void sizesTheFleetByLittlesLawWithHeadroom() {
        assertThat(options().fleet(1, 69)).isEqualTo(new FleetSize(1, 90));
        assertThat(options().fleet(2, 1)).isEqualTo(new FleetSize(2, 50));
        assertThat(options("--slots", "7").fleet(2, 69)).isEqualTo(new FleetSize(2, 7));
    }

    @Test
    void namesTheScenariosThereAreWhereOneIsUnknown() {
        assertThatThrownBy(() -> Scenario.named(List.of("fast")))
                .hasMessageContaining("`fast`")
                .hasMessageContaining("high-throughput");
        assertThat(Scenario.named(List.of()).stream().map(Scenario::scenarioName))
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
