package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;

/** Tasks that were granted and of which their run, whose workflow is there, has yet to be told. */
public record GrantNotice(RunKey key, RunKind kind, List<Integer> tasks) {}
