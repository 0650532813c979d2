package io.agentorchestrator.api.command;

import java.util.List;

/** Commands, the last first. */
record CommandList(List<CommandView> commands) {}
