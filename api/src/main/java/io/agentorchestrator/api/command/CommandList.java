package io.agentorchestrator.api.command;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** Commands, the last first. */
@Schema(name = "CommandList")
record CommandList(List<CommandView> commands) {}
