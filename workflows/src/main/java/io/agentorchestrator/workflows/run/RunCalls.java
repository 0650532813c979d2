package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.Priority;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Carries decisions out as activities, and puts what came of them into the inbox. */
final class RunCalls {
    /** A batch returns by itself well before; this is for a worker that hangs yet heartbeats. */
    private static final Duration BATCH_TIMEOUT = Duration.ofMinutes(15);

    private static final Duration BATCH_HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);
    /** Once: whatever fails is tried again by the queue, which knows how to wait. */
    private static final LocalActivityOptions LOCAL = LocalActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofSeconds(30))
            .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
            .build();

    private static final Duration RECORD_TIMEOUT = Duration.ofSeconds(30);
    /** Of a wait that is over within a second, unless its worker has died. */
    private static final Duration BACK_OFF_TIMEOUT = Duration.ofSeconds(10);
    /** Before an activity that failed for good, which none should, is called anew. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);
    /** Temporal's limit on a fairness key. */
    private static final int MAX_FAIRNESS_KEY_BYTES = 64;

    private static final Logger log = Workflow.getLogger(RunCalls.class);

    private final RunInput run;
    private final RunInbox inbox;
    private final String fairnessKey;
    private final TaskNames names;

    private int batchesInFlight;

    /** True while batches are dispatched here, one at a time: until one of them is not done in the time it has. */
    private boolean quick;

    RunCalls(RunInput run, RunInbox inbox) {
        this.run = run;
        this.inbox = inbox;
        this.fairnessKey = fairnessKey(run.tenant());
        this.names = new TaskNames(run.taskKeys());
        this.quick = run.settings().localBatches();
    }

    /** @param alone whether nothing else is to be done now: it would have to wait for a batch that is dispatched here */
    void dispatch(Decision.DispatchBatch batch, boolean alone) {
        BatchRequest request = new BatchRequest(
                run.runId(), run.runNumber(), run.tenant(), batch.batch(), batch.tasks(), batch.dependents());
        if (quick && alone && batchesInFlight == 0) {
            dispatchHere(batch, request);
        } else {
            dispatchByQueue(batch, request);
        }
    }

    /**
     * Dispatches a batch within the workflow task. That costs Temporal a marker instead of an activity, and no way through a queue; it is
     * for batches of short tasks, of a run that has nothing else under way. If anything is in the way, the queue has it.
     */
    private void dispatchHere(Decision.DispatchBatch batch, BatchRequest request) {
        DispatchActivities here = Workflow.newLocalActivityStub(DispatchActivities.class, LOCAL);
        batchesInFlight++;
        Async.function(here::dispatch, request).handle((result, failure) -> {
            batchesInFlight--;
            if (failure == null) {
                quick = result.running().isEmpty();
                inbox.batchReturned(batch.batch(), result);
            } else {
                quick = false;
                log.warn("A batch could not be dispatched here and goes by the queue", failure);
                dispatchByQueue(batch, request);
            }
            return null;
        });
    }

    private void dispatchByQueue(Decision.DispatchBatch batch, BatchRequest request) {
        DispatchActivities activities = Workflow.newActivityStub(DispatchActivities.class, batchOptions(batch));
        batchesInFlight++;
        repeatedly(() -> Async.function(activities::dispatch, request), result -> {
            batchesInFlight--;
            inbox.batchReturned(batch.batch(), result);
        });
    }

    void write(Decision.Write write) {
        WriteRequest request =
                new WriteRequest(run.runId(), run.runNumber(), write.failed(), write.cancelled(), write.requeued());
        RecordActivities activities = record(summary(write), RECORD_TIMEOUT);
        repeatedly(
                () -> Async.function(activities::write, request),
                result -> inbox.add(new Event.Written(write.number(), result.releases())));
    }

    private String summary(Decision.Write write) {
        StringJoiner parts = new StringJoiner("; ", "write " + write.number() + ": ", "");
        add(
                parts,
                "failed ",
                write.failed().stream().map(Decision.Failure::task).toList());
        add(
                parts,
                "cancelled ",
                write.cancelled().stream().map(Decision.Cancellation::task).toList());
        add(parts, "back to the backlog ", write.requeued());
        return parts.toString();
    }

    private void add(StringJoiner parts, String what, List<Integer> tasks) {
        if (!tasks.isEmpty()) {
            parts.add(what + names.list(tasks));
        }
    }

    void cancelAtAgents(Decision.CancelAtAgents cancel) {
        CancelRequest request = new CancelRequest(
                run.runId(), run.runNumber(), cancel.tasks(), cancel.code(), cancel.reason(), cancel.cause());
        RecordActivities activities = record("stop " + names.list(cancel.tasks()), RECORD_TIMEOUT);
        repeatedly(() -> Async.procedure(activities::cancelAtAgents, request), _ -> {});
    }

    /** Waits for less than a second. */
    void backOff(long millis, Runnable then) {
        RecordActivities activities = record("back-off of " + millis + " ms", BACK_OFF_TIMEOUT);
        repeatedly(() -> Async.procedure(activities::backOff, millis), _ -> then.run());
    }

    /** Sees to it that the store has the run's end: mostly it has, by the same rule, in the transaction that ended the last task. */
    void finish(RunStatus status, Runnable then) {
        if (inbox.isRunEnded()) {
            then.run();
            return;
        }
        FinishRequest request = new FinishRequest(run.runId(), run.runNumber(), status);
        RecordActivities activities = record(status.name(), RECORD_TIMEOUT);
        repeatedly(() -> Async.procedure(activities::finish, request), _ -> then.run());
    }

    /** The activities retry without end; one that fails all the same is called again, and leaves a trace in the log. */
    private <T> void repeatedly(Supplier<Promise<T>> call, Consumer<T> then) {
        call.get().handle((result, failure) -> {
            if (failure == null) {
                then.accept(result);
            } else if (failure.getCause() instanceof ApplicationFailure why
                    && why.getType().equals(DispatchActivities.RUN_UNKNOWN)) {
                inbox.runUnknown(why);
            } else {
                log.error("An activity failed for good and is called again", failure);
                Workflow.newTimer(PAUSE_AFTER_FAILURE).thenApply(_ -> {
                    repeatedly(call, then);
                    return null;
                });
            }
            return null;
        });
    }

    private ActivityOptions batchOptions(Decision.DispatchBatch batch) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(RunQueues.DISPATCH)
                .setStartToCloseTimeout(BATCH_TIMEOUT)
                .setHeartbeatTimeout(BATCH_HEARTBEAT_TIMEOUT)
                .setRetryOptions(retries(Duration.ofSeconds(1), Duration.ofSeconds(30)))
                .setPriority(priority(batch))
                .setSummary("batch %d: %s, %s".formatted(batch.batch(), names.list(batch.tasks()), batch.priority()))
                .build();
    }

    /** Tenants share fairly; a group of several tenants' tasks has no key. */
    private Priority priority(Decision.DispatchBatch batch) {
        Priority.Builder priority =
                Priority.newBuilder().setPriorityKey(batch.priority().key());
        if (!fairnessKey.equals(RunInput.NO_TENANT)) {
            priority.setFairnessKey(fairnessKey);
        }
        return priority.build();
    }

    private static RecordActivities record(String summary, Duration timeout) {
        return Workflow.newActivityStub(
                RecordActivities.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(timeout)
                        .setRetryOptions(retries(Duration.ofMillis(200), Duration.ofSeconds(10)))
                        .setSummary(summary)
                        .build());
    }

    /** Infrastructure failures are retried for as long as they last; the attempts of a task are counted elsewhere. */
    private static RetryOptions retries(Duration initial, Duration max) {
        return RetryOptions.newBuilder()
                .setInitialInterval(initial)
                .setBackoffCoefficient(2)
                .setMaximumInterval(max)
                .setMaximumAttempts(0)
                .build();
    }

    /** The tenant; of one with a very long name, as much as fits and a hash of the rest. */
    private static String fairnessKey(String tenant) {
        if (tenant.getBytes(StandardCharsets.UTF_8).length <= MAX_FAIRNESS_KEY_BYTES) {
            return tenant;
        }
        return "tenant-" + HexFormat.of().toHexDigits(tenant.hashCode());
    }
}
