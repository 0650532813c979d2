package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;

/**
 * Outcomes of one run's attempts, recorded together with those of other runs.
 *
 * @param watched whether no activity of the run waits for them: it is told by notices, and its dependents stay in the backlog
 */
public record RunOutcomes(
        RunKey run, RunKind kind, List<AttemptOutcome> outcomes, FollowUp followUp, boolean watched) {}
