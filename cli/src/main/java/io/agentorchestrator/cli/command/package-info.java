/** The commands of {@code ./orchestrator}, one class each. */
@NullMarked
package io.agentorchestrator.cli.command;

import org.jspecify.annotations.NullMarked;
