/** What the worker tells and asks Temporal of runs. */
@NullMarked
package io.agentorchestrator.worker.run;

import org.jspecify.annotations.NullMarked;
