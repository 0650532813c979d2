package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;

/** Dispatches of one run's tasks, committed together with those of other runs. */
public record RunDispatches(RunKey run, List<Dispatch> dispatches) {}
