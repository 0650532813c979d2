/** What is told to the user when a command cannot be done: one sentence with the way out. */
@NullMarked
package io.agentorchestrator.cli.failure;

import org.jspecify.annotations.NullMarked;
