package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.run.RunReconciliation.OpenRun;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Temporal for one run, and brings its rows and its workflow together. Repeating it changes nothing. Thread-safe. */
final class RunRepair {
    private static final Logger LOG = LoggerFactory.getLogger(RunRepair.class);
    private static final String TERMINATED = "its run was ended in Temporal by an operator";

    private final RunReconciliation store;
    private final TemporalRuns temporal;
    private final RunStarter starter;
    private final BiConsumer<RunStore.AtAgent, String> agents;

    /** @param agents tells an agent, if it is there, to stop a task, and why; must not block */
    RunRepair(
            RunReconciliation store,
            TemporalRuns temporal,
            RunStarter starter,
            BiConsumer<RunStore.AtAgent, String> agents) {
        this.store = store;
        this.temporal = temporal;
        this.starter = starter;
        this.agents = agents;
    }

    RunCheck examine(OpenRun run) {
        WorkflowDescription described = temporal.describe(run.key().workflowId(run.kind()));
        RunCheck verdict = RunCheck.of(described);
        switch (verdict) {
            case GOES_ON -> store.verified(List.of(run.key()));
            case STOPPED -> terminate(run.key());
            case LOST -> restart(run.key(), described);
            case UNKNOWN ->
                store.suspect(run.key()); // still to be looked at, and not only when its time has come again
        }
        return verdict;
    }

    private void terminate(RunKey run) {
        List<RunStore.AtAgent> atAgents = store.terminate(run, TERMINATED);
        LOG.info(
                "run {} number {} was ended in Temporal; what was left of it is cancelled, {} tasks at agents",
                run.runId(),
                run.runNumber(),
                atAgents.size());
        atAgents.forEach(task -> agents.accept(task, TERMINATED));
    }

    private void restart(RunKey lost, WorkflowDescription described) {
        Optional<RunStart> next = store.restart(lost);
        if (next.isPresent()) {
            LOG.warn(
                    "run {} number {} has no workflow that goes on ({}); it goes on as number {}",
                    lost.runId(),
                    lost.runNumber(),
                    described,
                    next.get().key().runNumber());
            boolean _ = starter.start(next.get()); // if not, release's sweep takes the start over
        }
    }
}
