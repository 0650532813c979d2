/** The entry point of {@code ./orchestrator}. */
@NullMarked
package io.agentorchestrator.cli;

import org.jspecify.annotations.NullMarked;
