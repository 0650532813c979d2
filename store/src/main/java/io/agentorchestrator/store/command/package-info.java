/** Commands of people to tasks and runs: rows first, then delivered until the run has taken them. */
@NullMarked
package io.agentorchestrator.store.command;

import org.jspecify.annotations.NullMarked;
