/** The verbs of {@code ./orchestrator}. */
@NullMarked
package io.agentorchestrator.cli.command;

import org.jspecify.annotations.NullMarked;
