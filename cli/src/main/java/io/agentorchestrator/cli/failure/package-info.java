/** The failure of a command: one sentence for the user, with the way out. */
@NullMarked
package io.agentorchestrator.cli.failure;

import org.jspecify.annotations.NullMarked;
