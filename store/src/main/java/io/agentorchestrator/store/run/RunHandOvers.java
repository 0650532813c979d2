package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;

/** Hand-overs of one run's tasks, begun together with those of other runs. */
public record RunHandOvers(RunKey run, List<HandOver> handOvers) {}
