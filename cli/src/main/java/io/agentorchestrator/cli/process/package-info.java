/** Operating-system processes: who they are, how they start, stop, restart, and where they log. */
@NullMarked
package io.agentorchestrator.cli.process;

import org.jspecify.annotations.NullMarked;
