/** Commands to tasks and runs: their rows, and their delivery until the run has taken them. */
@NullMarked
package io.agentorchestrator.store.command;

import org.jspecify.annotations.NullMarked;
