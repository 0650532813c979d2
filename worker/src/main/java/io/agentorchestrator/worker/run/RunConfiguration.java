package io.agentorchestrator.worker.run;

import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.config.TemporalSettings;
import io.agentorchestrator.workflows.run.RunSettings;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires what tells Temporal of runs. */
@Configuration(proxyBeanMethods = false)
@Import({RunStartStore.class, RunReconciliation.class})
class RunConfiguration {
    @Bean
    WakeSignal reconcileWake() {
        return new WakeSignal();
    }

    @Bean
    TemporalRuns temporalRuns(WorkflowClient client) {
        return new SdkTemporalRuns(client);
    }

    @Bean
    MissingRuns suspects(RunReconciliation reconciliation, WakeSignal reconcileWake) {
        return new MissingRuns(reconciliation, reconcileWake::now);
    }

    @Bean
    SearchAttributesRegistration searchAttributesRegistration(WorkflowServiceStubs stubs, TemporalSettings settings) {
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setChannel(stubs.getRawChannel())
                .validateAndBuildWithDefaults());
        return new SearchAttributesRegistration(operator::blockingStub, settings.namespace());
    }

    @Bean
    RunStarter runStarter(
            TemporalRuns temporal,
            RunStartStore starts,
            ReleaseSettings settings,
            SearchAttributesRegistration attributes,
            MissingRuns suspects) {
        RunSettings ofDags = new RunSettings(
                settings.maxBatchSize(), settings.maxBatchesInFlight(), 0, true, settings.localBatches(), true);
        RunSettings ofGroups = new RunSettings(
                settings.maxGroupBatchSize(), settings.maxBatchesInFlight(), 0, true, settings.localBatches(), false);
        return new RunStarter(
                temporal,
                starts,
                kind -> switch (kind) {
                    case DAG -> ofDags;
                    case GROUP -> ofGroups;
                },
                attributes::areKnown,
                suspects);
    }
}
