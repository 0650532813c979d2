/** Counts of what waits and of what runs. */
@NullMarked
package io.agentorchestrator.api.queue;

import org.jspecify.annotations.NullMarked;
