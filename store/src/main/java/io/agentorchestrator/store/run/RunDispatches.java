package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;

/** Dispatches of one run's tasks, begun together with those of other runs. */
public record RunDispatches(RunKey run, List<Dispatch> dispatches) {}
