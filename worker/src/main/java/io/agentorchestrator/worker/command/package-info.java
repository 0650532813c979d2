/** Delivers commands to their runs. */
@NullMarked
package io.agentorchestrator.worker.command;

import org.jspecify.annotations.NullMarked;
