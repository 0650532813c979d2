package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunStatus;

/** The end of a run, for people who look at it in Temporal; results of tasks are in the store. */
public record RunResult(RunStatus status, int completed, int failed, int cancelled) {}
