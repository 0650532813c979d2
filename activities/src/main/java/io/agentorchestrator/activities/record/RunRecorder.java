package io.agentorchestrator.activities.record;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.run.CancelRequest;
import io.agentorchestrator.workflows.run.FinishRequest;
import io.agentorchestrator.workflows.run.RecordActivities;
import io.agentorchestrator.workflows.run.WriteRequest;
import io.agentorchestrator.workflows.run.WriteResult;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The short writes of a run. Thread-safe. */
public final class RunRecorder implements RecordActivities {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecorder.class);

    private final OutcomeStore outcomes;
    private final RunStore runs;
    private final Dispatcher dispatcher;
    private final AgentConnections connections;
    private final Supplier<Map<String, TypeTerms>> terms;
    /** Of ends of back-offs; one that fails is repeated by Temporal. */
    private final StepGuard backOffs = new StepGuard(LOG, "ending a back-off");

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
    public WriteResult write(WriteRequest request) {
        RunKey run = new RunKey(request.runId(), request.runNumber());
        boolean dependentsGoOn = !request.failed().isEmpty() && runs.facts(run).onFailure() == OnFailure.CONTINUE;
        return new WriteResult(outcomes.recordDecisions(
                run,
                request.failed(),
                explained(run, request.cancelled()),
                request.requeued(),
                dependentsGoOn,
                terms.get()));
    }

    @Override
    public void cancelAtAgents(CancelRequest request) {
        RunKey run = new RunKey(request.runId(), request.runNumber());
        List<Decision.Cancellation> cancelled = explained(
                run,
                request.tasks().stream()
                        .map(task ->
                                new Decision.Cancellation(task, request.errorCode(), request.reason(), request.cause()))
                        .toList());
        String reason =
                cancelled.isEmpty() ? request.reason() : cancelled.getFirst().reason();
        outcomes.cancelUnoffered(run, cancelled);
        List<RunStore.AtAgent> atAgents = runs.atAgents(run, request.tasks());
        // Whoever holds them decides; in case that is silent, their agents are told at once and refuse what has not
        // come yet.
        List<UUID> ids = atAgents.stream().map(RunStore.AtAgent::taskId).toList();
        dispatcher.cancel(ids, reason);
        outcomes.announceCancel(ids);
        for (RunStore.AtAgent task : atAgents) {
            connections.cancel(task.agentId(), new DispatchRef(task.taskId(), task.epoch()), reason);
        }
    }

    @Override
    public void backOff(long millis) {
        ActivityExecutionContext activity = Activity.getExecutionContext();
        activity.doNotCompleteOnReturn(); // so that it holds no slot of this worker while it waits
        byte[] token = activity.getTaskToken();
        ActivityCompletionClient client = activity.getWorkflowClient().newActivityCompletionClient();
        backOffs.after(Duration.ofMillis(millis), () -> end(client, token));
    }

    private static void end(ActivityCompletionClient client, byte[] token) {
        try {
            client.complete(token, null);
        } catch (ActivityCompletionException gone) {
            LOG.debug("a back-off is over that nobody waits for any more, or that Temporal will repeat", gone);
        }
    }

    /** The same, with the tasks that are the causes named. */
    private List<Decision.Cancellation> explained(RunKey run, List<Decision.Cancellation> cancelled) {
        Set<Integer> causes = cancelled.stream()
                .map(Decision.Cancellation::cause)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (causes.isEmpty()) {
            return cancelled;
        }
        Map<Integer, String> names = runs.names(run, causes);
        return cancelled.stream()
                .map(task -> task.cause() == null
                        ? task
                        : task.explained("task " + names.getOrDefault(task.cause(), "of its run") + task.reason()))
                .toList();
    }

    @Override
    public void finish(FinishRequest request) {
        runs.finish(new RunKey(request.runId(), request.runNumber()), request.status());
    }
}
