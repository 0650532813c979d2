package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.Set;

/** The judgement of an agent by the end of an attempt that it had. */
enum BreakerRules {
    /** The agent works: it completed the task, or gave it the error that its payload earned. */
    WORKS,
    /** The agent failed by a fault of its own. */
    FAILED,
    /** Its result could not be read: the task's doing or the agent's, which only tasks of other submitters can tell. */
    UNREADABLE,
    /** Nothing: somebody else's doing, or no agent saw the task. */
    NOTHING;

    /** CRASHED is what an agent says of a handler that died under it. */
    private static final Set<String> OWN_FAULTS = Set.of(
            OutcomeMapping.AGENT_LOST,
            OutcomeMapping.TIMEOUT,
            OutcomeMapping.PROTOCOL_BROKEN,
            OutcomeMapping.MESSAGE_TOO_LARGE,
            "CRASHED");

    private static final Set<String> UNREADABLE_RESULTS =
            Set.of(OutcomeMapping.INVALID_RESULT, OutcomeMapping.RESULT_TOO_LARGE, OutcomeMapping.RESULT_TOO_DEEP);

    /** LEASE_EXPIRED is what an agent says when no worker has called on it for long: that is ours. */
    private static final Set<String> NOT_THE_AGENTS =
            Set.of(EndCodes.DEADLINE_EXCEEDED, OutcomeMapping.AGENT_STOPPED, OutcomeMapping.LEASE_EXPIRED);

    static BreakerRules of(AttemptOutcome outcome) {
        if (outcome.agentId() == null) {
            return NOTHING;
        }
        return switch (outcome.outcome()) {
            case COMPLETED -> WORKS;
            case CANCELLED -> NOTHING;
            case FAILED -> {
                String code = outcome.errorCode() == null ? "" : outcome.errorCode();
                if (OWN_FAULTS.contains(code)) {
                    yield FAILED;
                }
                if (UNREADABLE_RESULTS.contains(code)) {
                    yield UNREADABLE;
                }
                yield NOT_THE_AGENTS.contains(code) ? NOTHING : WORKS;
            }
        };
    }
}
