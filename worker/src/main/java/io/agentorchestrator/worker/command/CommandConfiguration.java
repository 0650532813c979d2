package io.agentorchestrator.worker.command;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.worker.loop.WakeSignal;
import io.agentorchestrator.worker.run.MissingRuns;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.TemporalRuns;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the delivery of commands. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {
    @Bean
    WakeSignal commandWake() {
        return new WakeSignal();
    }

    @Bean
    CommandLoop commandLoop(
            DataSource dataSource,
            Schema migrated,
            TemporalRuns temporal,
            RunStarter starter,
            MissingRuns suspects,
            @Qualifier("commandWake") WakeSignal wake) {
        CommandDelivery store = new CommandDelivery(dataSource);
        return new CommandLoop(store, new RunCommands(store, temporal, starter, suspects), wake);
    }
}
