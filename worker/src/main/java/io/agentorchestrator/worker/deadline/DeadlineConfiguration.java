package io.agentorchestrator.worker.deadline;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.worker.loop.WakeSignal;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the sweep over deadlines. */
@Configuration(proxyBeanMethods = false)
class DeadlineConfiguration {
    @Bean
    DeadlineSweep deadlineSweep(
            DataSource dataSource, Schema migrated, @Qualifier("commandWake") WakeSignal commandWake) {
        return new DeadlineSweep(new DeadlineStore(dataSource), commandWake);
    }
}
