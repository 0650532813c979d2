package io.agentorchestrator.store.agent;

import org.jspecify.annotations.Nullable;

/** An agent's report of itself, sent now and then; what is absent stays as it was, but LOST becomes READY. */
public record Heartbeat(
        @Nullable Integer activeTasks,
        @Nullable Integer maxConcurrentTasks,
        @Nullable AgentState state) {}
