package io.agentorchestrator.activities.record;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.run.CancelRequest;
import io.agentorchestrator.workflows.run.FinishRequest;
import io.agentorchestrator.workflows.run.RecordActivities;
import io.agentorchestrator.workflows.run.SettleRequest;
import io.agentorchestrator.workflows.run.SettleResult;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The short writes of a run. Thread-safe. */
public final class RunRecorder implements RecordActivities {
    private final OutcomeStore outcomes;
    private final RunStore runs;
    private final Dispatcher dispatcher;
    private final AgentConnections connections;
    private final Supplier<Map<String, TypeTerms>> terms;

    /**
     * Records what runs decide.
     *
     * @param terms on which tasks that become ready leave the backlog, as of now
     */
    public RunRecorder(
            OutcomeStore outcomes,
            RunStore runs,
            Dispatcher dispatcher,
            AgentConnections connections,
            Supplier<Map<String, TypeTerms>> terms) {
        this.outcomes = outcomes;
        this.runs = runs;
        this.dispatcher = dispatcher;
        this.connections = connections;
        this.terms = terms;
    }

    @Override
    public SettleResult settle(SettleRequest request) {
        RunKey run = new RunKey(request.runId(), request.runNumber());
        boolean dependentsGoOn = !request.failed().isEmpty() && runs.facts(run).onFailure() == OnFailure.CONTINUE;
        return new SettleResult(outcomes.settle(
                run, request.failed(), request.cancelled(), request.requeued(), dependentsGoOn, terms.get()));
    }

    @Override
    public void cancelAtAgents(CancelRequest request) {
        RunKey run = new RunKey(request.runId(), request.runNumber());
        outcomes.cancelUnoffered(
                run,
                request.tasks().stream()
                        .map(task -> new Decision.Cancellation(task, request.errorCode(), request.reason()))
                        .toList());
        List<RunStore.AtAgent> atAgents = runs.atAgents(run, request.tasks());
        // Whoever holds them decides; in case that is silent, their agents are told at once and refuse what has not
        // come yet.
        List<UUID> ids = atAgents.stream().map(RunStore.AtAgent::taskId).toList();
        dispatcher.cancel(ids, request.reason());
        outcomes.announceCancel(ids);
        for (RunStore.AtAgent task : atAgents) {
            connections.cancel(task.agentId(), new DispatchRef(task.taskId(), task.epoch()), request.reason());
        }
    }

    @Override
    public void finish(FinishRequest request) {
        runs.finish(new RunKey(request.runId(), request.runNumber()), request.status());
    }
}
