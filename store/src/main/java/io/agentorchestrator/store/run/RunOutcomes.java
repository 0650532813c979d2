package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;

/** Outcomes of one run's attempts, recorded together with those of other runs. */
public record RunOutcomes(RunKey run, RunKind kind, List<AttemptOutcome> outcomes) {}
