/** Lets queued tasks out of the backlog into runs. */
@NullMarked
package io.agentorchestrator.worker.release;

import org.jspecify.annotations.NullMarked;
