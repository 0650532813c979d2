package io.agentorchestrator.worker.release;

import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.RunSettings;
import io.temporal.client.WorkflowClient;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires release. */
@Configuration(proxyBeanMethods = false)
class ReleaseConfiguration {
    @Bean
    Wake releaseWake() {
        return new Wake();
    }

    @Bean
    Turns turns(Wake wake) {
        return new Turns(wake::now);
    }

    @Bean
    ReleaseLoop releaseLoop(
            ReleaseSettings settings,
            AgentDirectory directory,
            DataSource dataSource,
            WorkflowClient client,
            Turns turns,
            Wake wake,
            Clock clock) {
        RunStartStore starts = new RunStartStore(dataSource);
        RunSettings runSettings = new RunSettings(settings.maxLotSize(), settings.maxLotsInFlight());
        return new ReleaseLoop(
                settings,
                directory,
                new BacklogStore(dataSource, new Uuid7(clock)),
                starts,
                new RunStarter(client, starts, runSettings),
                turns,
                wake);
    }
}
