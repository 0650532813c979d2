package io.agentorchestrator.worker.command;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.worker.loop.Wake;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.Suspects;
import io.agentorchestrator.worker.run.TemporalRuns;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the delivery of commands. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {
    @Bean
    Wake commandWake() {
        return new Wake();
    }

    @Bean
    CommandLoop commandLoop(
            DataSource dataSource,
            Schema migrated,
            TemporalRuns temporal,
            RunStarter starter,
            Suspects suspects,
            @Qualifier("commandWake") Wake wake) {
        CommandDelivery store = new CommandDelivery(dataSource);
        return new CommandLoop(store, new RunCommands(store, temporal, starter, suspects), wake);
    }
}
