package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;

/** Tasks that were released and of which their run, whose workflow is there, has yet to be told. */
public record ReleaseSignal(RunKey key, RunKind kind, List<Integer> tasks) {}
