package io.agentorchestrator.worker.limit;

import io.agentorchestrator.store.limit.LimitGate;
import io.agentorchestrator.store.limit.LimitMarking;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LimitUpkeep;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.schema.Schema;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires limits. */
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {
    @Bean
    WakeSignal limitWake() {
        return new WakeSignal();
    }

    /** Read before anything is released. */
    @Bean
    LiveLimits liveLimits(DataSource dataSource, Schema migrated) {
        LiveLimits limits = new LiveLimits(new LimitStore(dataSource)::all);
        limits.refresh();
        return limits;
    }

    @Bean
    LimitGate limitGate(DataSource dataSource, LiveLimits limits) {
        return new LimitGate(dataSource, limits);
    }

    @Bean
    LimitLoop limitLoop(DataSource dataSource, LiveLimits limits, WakeSignal limitWake) {
        return new LimitLoop(
                limits, new LimitUpkeep(dataSource, limits), new LimitMarking(dataSource, limits), limitWake);
    }
}
