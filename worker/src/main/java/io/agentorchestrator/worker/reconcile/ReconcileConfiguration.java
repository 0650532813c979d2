package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.TemporalRuns;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the reconciler. */
@Configuration(proxyBeanMethods = false)
class ReconcileConfiguration {
    @Bean
    Reconciler reconciler(
            DataSource dataSource,
            RunReconciliation runs,
            TemporalRuns temporal,
            RunStarter starter,
            AgentConnections connections,
            WakeSignal reconcileWake) {
        RunRepair repair = new RunRepair(
                runs,
                temporal,
                starter,
                (task, reason) ->
                        connections.cancel(task.agentId(), new DispatchRef(task.taskId(), task.epoch()), reason));
        return new Reconciler(runs, repair, new CrossRunDependents(dataSource), reconcileWake);
    }
}
