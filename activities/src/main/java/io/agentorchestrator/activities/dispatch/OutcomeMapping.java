package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.DispatchWrites;
import io.agentorchestrator.workflows.model.Excerpt;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Maps what an agent said to the outcome that is recorded: the one place where invalid answers become error codes. */
public final class OutcomeMapping {
    static final String CANCELLED = "CANCELLED";
    /** An agent's code for a task that it stopped for another, since it was asked to. */
    static final String PREEMPTED = DispatchWrites.PREEMPTED;

    static final String AGENT_LOST = "AGENT_LOST";
    static final String AGENT_STOPPED = "AGENT_STOPPED";
    static final String TIMEOUT = "TIMEOUT";
    /** An agent's code for a task that it gave up because no worker contacted it for the time of a lease. */
    static final String LEASE_EXPIRED = "LEASE_EXPIRED";
    /** The agent's stream ended, time and again, by messages that the protocol does not know. */
    static final String PROTOCOL_BROKEN = "PROTOCOL_BROKEN";
    /** The agent's stream ended, time and again, by a message larger than any may be. */
    static final String MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE";

    static final String INVALID_RESULT = "INVALID_RESULT";
    /** Our own fault: nothing that the submitter could mend. */
    static final String PAYLOAD_FAILED = "PAYLOAD_FAILED";

    static final String RESULT_TOO_LARGE = "RESULT_TOO_LARGE";
    static final String RESULT_TOO_DEEP = "RESULT_TOO_DEEP";
    static final String AGENT_ERROR = "AGENT_ERROR";

    /** Codes that only we may give: from an agent they become {@link #AGENT_ERROR}. */
    private static final Set<String> OURS = Set.of(
            AGENT_LOST,
            AGENT_STOPPED,
            PROTOCOL_BROKEN,
            MESSAGE_TOO_LARGE,
            EndCodes.DEADLINE_EXCEEDED,
            EndCodes.BUDGET_EXCEEDED);

    AttemptOutcome succeeded(TrackedTask task, AgentEvent.Succeeded said) {
        Usage usage = usage(task, said, said.usage());
        return switch (ResultJson.read(said.result())) {
            case ResultJson.Taken(String text) -> completed(task, text, usage);
            case ResultJson.Refused(String code, String why) ->
                failed(task, code, why, code.equals(INVALID_RESULT), usage);
        };
    }

    /** The usage told with the outcome, else what the agent had reported; of a dispatch that is over the store knows that. */
    private static Usage usage(TrackedTask task, AgentEvent said, @Nullable Usage told) {
        if (told != null) {
            return told;
        }
        return said.ref().epoch() == task.epoch ? task.usage : Usage.NONE;
    }

    private static AttemptOutcome completed(TrackedTask task, String result, Usage usage) {
        return new AttemptOutcome(
                task.id(),
                task.index(),
                task.attempt,
                task.epoch,
                task.agentId,
                AttemptEnd.Outcome.COMPLETED,
                result,
                null,
                null,
                false,
                usage,
                null,
                null,
                false);
    }

    /** The outcome in place of one that the store refuses. */
    AttemptOutcome unstorable(TrackedTask task) {
        return failed(
                task,
                INVALID_RESULT,
                "the outcome cannot be stored as it is; the worker's log says why",
                false,
                task.usage);
    }

    AttemptOutcome failed(TrackedTask task, AgentEvent.Failed said) {
        Usage usage = usage(task, said, said.usage());
        String code = said.code().isBlank() ? AGENT_ERROR : said.code();
        if (code.equals(CANCELLED)) {
            // Retryable, nobody asked for it: the agent stopped, or made way for a later dispatch.
            return said.retryable()
                    ? failed(task, AGENT_STOPPED, said.message(), true, usage)
                    : outcome(task, AttemptEnd.Outcome.CANCELLED, code, said.message(), false, usage);
        }
        return OURS.contains(code)
                ? failed(task, AGENT_ERROR, code + ": " + said.message(), said.retryable(), usage)
                : failed(task, code, said.message(), said.retryable(), usage);
    }

    /** The attempt was to stop, and nobody will say more of it. */
    AttemptOutcome cancelled(TrackedTask task, String reason) {
        if (task.overBudget != null) {
            return failed(task, EndCodes.BUDGET_EXCEEDED, reason, false, task.usage);
        }
        return outcome(task, AttemptEnd.Outcome.CANCELLED, CANCELLED, reason, false, task.usage);
    }

    AttemptOutcome failed(TrackedTask task, String code, String message, boolean retryable, Usage usage) {
        return outcome(task, AttemptEnd.Outcome.FAILED, code, message, retryable, usage);
    }

    private static AttemptOutcome outcome(
            TrackedTask task, AttemptEnd.Outcome outcome, String code, String message, boolean retryable, Usage usage) {
        return new AttemptOutcome(
                task.id(),
                task.index(),
                task.attempt,
                task.epoch,
                task.agentId,
                outcome,
                null,
                storable(code, Limits.MAX_ERROR_CODE_LENGTH),
                storable(message, Limits.MAX_ERROR_MESSAGE_LENGTH),
                retryable,
                usage,
                null,
                null,
                false);
    }

    /** PostgreSQL's text holds no NUL, and we hold no more than the limit. */
    private static String storable(String text, int maxLength) {
        return Excerpt.of(text.replace("\0", "\uFFFD"), maxLength);
    }
}
