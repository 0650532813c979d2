/** Starts, signals and descriptions of runs in Temporal. */
@NullMarked
package io.agentorchestrator.worker.run;

import org.jspecify.annotations.NullMarked;
