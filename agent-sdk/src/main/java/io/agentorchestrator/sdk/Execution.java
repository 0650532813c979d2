package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Runs handlers, each on a thread of its own, and turns what they return or throw into the outcome of their task. */
final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final Map<String, TaskHandler> handlers;
    private final HandlerThreads threads;
    private final TaskTable table;

    Execution(int maxConcurrentTasks, Map<String, TaskHandler> handlers, HandlerThreads threads) {
        this.handlers = Map.copyOf(handlers);
        this.threads = threads;
        this.table = new TaskTable(maxConcurrentTasks, this.handlers.keySet(), this::spawn);
    }

    TaskTable table() {
        return table;
    }

    private void spawn(AcceptedDispatch dispatch) {
        threads.start("task-" + dispatch.ref.getTaskId(), () -> run(dispatch));
    }

    private void run(AcceptedDispatch dispatch) {
        try {
            awaitThreadOf(dispatch.predecessor);
            if (table.begin(dispatch)) {
                execute(dispatch);
            } else {
                table.end(dispatch, FromAgent.getDefaultInstance(), 1);
            }
        } finally {
            table.finish(dispatch);
        }
    }

    /** Never two executions of one task: the earlier epoch's thread has to be gone, whatever happens meanwhile. */
    private static void awaitThreadOf(@Nullable AcceptedDispatch predecessor) {
        while (predecessor != null) {
            try {
                predecessor.threadEnded.await();
                return;
            } catch (InterruptedException e) {
                LOG.debug("Interrupted while an earlier epoch was ending; waiting on");
            }
        }
    }

    /** A handler may throw anything, and whatever it is ends the task and nothing else. */
    private void execute(AcceptedDispatch dispatch) {
        try {
            LiveTask task = new LiveTask(
                    dispatch, table, Payloads.parse(dispatch.start.getPayload().toByteArray()));
            TaskHandler handler = Objects.requireNonNull(handlers.get(task.type()), "the type of an admitted task");
            Object returned = handler.handle(task);
            RawOutcome outcome =
                    returned instanceof RawOutcome raw ? raw : new RawOutcome(written(returned, dispatch.ref), 1);
            table.end(dispatch, Messages.result(dispatch.ref, outcome.result(), dispatch.usage), outcome.copies());
        } catch (TaskFailure failure) {
            boolean unasked = failure.code().equals(StopReason.PREEMPTED) && dispatch.graceUntilNanos == null;
            fail(
                    dispatch,
                    unasked
                            ? new StopReason("AGENT_ERROR", "the handler made way, though nobody asked it to", true)
                            : new StopReason(failure.code(), failure.getMessage(), failure.retryable()));
        } catch (Throwable failure) {
            if (dispatch.ending == null) {
                LOG.warn("Task {} failed", dispatch.ref.getTaskId(), failure);
            }
            fail(dispatch, new StopReason("AGENT_ERROR", describe(failure), true));
        }
    }

    private static byte[] written(@Nullable Object returned, TaskRef task) {
        byte[] result;
        try {
            result = Payloads.write(returned);
        } catch (JacksonException e) {
            LOG.warn("The result of task {} cannot be written as JSON", task.getTaskId(), e);
            String path = Payloads.path(e);
            String message = "the handler's result cannot be written as JSON"
                    + (path.isEmpty() ? "" : ", at \"" + path + "\"") + ": the agent's log says why";
            throw TaskFailure.terminal("RESULT_NOT_SERIALIZABLE", message);
        }
        if (result.length > SdkLimits.RESULT_BYTES) {
            throw TaskFailure.terminal(
                    "RESULT_TOO_LARGE",
                    "a result of " + result.length + " bytes; " + SdkLimits.RESULT_BYTES + " are allowed");
        }
        return result;
    }

    private void fail(AcceptedDispatch dispatch, StopReason failure) {
        table.end(dispatch, Messages.error(dispatch.ref, failure, dispatch.usage), 1);
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        return message == null || message.isBlank() ? name : name + ": " + message;
    }
}
