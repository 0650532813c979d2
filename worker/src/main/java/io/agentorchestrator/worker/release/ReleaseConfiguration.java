package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.ClaimGate;
import io.agentorchestrator.store.release.ContenderReader;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.setting.LiveSettings;
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
        return new FlowMeter(new FlowStore(dataSource), new TypeTimeStore(dataSource));
    }

    @Bean
    Headroom headroom(FlowMeter flow, WakeSignal releaseWake) {
        return new Headroom(flow::estimate, releaseWake::now);
    }

    @Bean
    TenantShares tenantShares(FlowMeter flow, DataSource dataSource, LiveSettings settings) {
        return new TenantShares(flow, new UseStore(dataSource), new ContenderReader(dataSource), settings);
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
            TenantShares shares,
            WakeSignal releaseWake,
            Uuid7 ids,
            List<ClaimGate> gates) {
        BacklogStore backlog = new BacklogStore(dataSource, ids, settings.maxGroupSize(), gates);
        return new ReleaseLoop(
                settings,
                new ReleaseLoop.Capacity(trust, headroom, flow, shares),
                backlog,
                starts,
                starter,
                releaseWake);
    }
}
