/** Operating-system processes: identity, start, stop, restart and log files. */
@NullMarked
package io.agentorchestrator.cli.process;

import org.jspecify.annotations.NullMarked;
