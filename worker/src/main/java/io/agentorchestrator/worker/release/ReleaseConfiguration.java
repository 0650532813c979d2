package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.budget.BudgetGate;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires release. */
@Configuration(proxyBeanMethods = false)
class ReleaseConfiguration {
    @Bean
    WakeSignal releaseWake() {
        return new WakeSignal();
    }

    @Bean
    FlowMeter flowMeter(DataSource dataSource) {
        return new FlowMeter(new FlowStore(dataSource));
    }

    @Bean
    Headroom headroom(FlowMeter flow, WakeSignal releaseWake) {
        return new Headroom(flow::estimate, releaseWake::now);
    }

    @Bean
    ReleaseLoop releaseLoop(
            ReleaseSettings settings,
            AgentTrust trust,
            DataSource dataSource,
            RunStartStore starts,
            RunStarter starter,
            Headroom headroom,
            FlowMeter flow,
            WakeSignal releaseWake,
            Uuid7 ids) {
        BacklogStore backlog =
                new BacklogStore(dataSource, ids, settings.maxGroupSize(), List.of(new BudgetGate(dataSource)));
        return new ReleaseLoop(
                settings, new ReleaseLoop.Capacity(trust, headroom, flow), backlog, starts, starter, releaseWake);
    }
}
