package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopReportTest {
    private final List<String> told = new ArrayList<>();
    private long nanos;
    private StackStatus status = stack(ComponentState.UP, ComponentState.UP, ComponentState.FAILED);

    private static StackStatus stack(ComponentState api, ComponentState postgres, ComponentState worker) {
        return new StackStatus(Arrays.asList(
                row(Component.POSTGRES, postgres), row(Component.API, api), row(Component.WORKER, worker)));
    }

    private static ComponentStatus row(Component component, ComponentState state) {
        Long pid = state == ComponentState.STOPPED || state == ComponentState.FAILED ? null : 1L;
        return new ComponentStatus(component, state, pid, null, null, null, 0, null);
    }

    private void pass(StopReport report, Duration time) {
        for (long end = nanos + time.toNanos(); nanos < end; nanos += 50_000_000L) {
            report.tick();
        }
    }

    @Test
    void tellsWhatHasStoppedAndIsNeverSilentForLong() {
        StopReport report = new StopReport(() -> Optional.of(status), told::add, () -> nanos);
        status = stack(ComponentState.STOPPING, ComponentState.UP, ComponentState.STOPPED);
        pass(report, Duration.ofSeconds(12));
        assertThat(told)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("still running: PostgreSQL, API", "write down"));
        told.clear();

        status = stack(ComponentState.STOPPED, ComponentState.STOPPING, ComponentState.STOPPED);
        pass(report, Duration.ofSeconds(1));
        status = stack(ComponentState.STOPPED, ComponentState.STOPPED, ComponentState.STOPPED);
        report.tick();
        report.tick();

        assertThat(told).containsExactly("  12.0 s  API stopped", "  13.0 s  PostgreSQL stopped");
    }

    @Test
    void saysNothingWhereNothingIsKnown() {
        StopReport report = new StopReport(Optional::empty, told::add, () -> nanos);
        pass(report, Duration.ofSeconds(30));
        report.tick();

        assertThat(told).isEmpty();
    }
}
