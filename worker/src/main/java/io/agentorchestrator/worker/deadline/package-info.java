/** Ends tasks whose deadline has passed. */
@NullMarked
package io.agentorchestrator.worker.deadline;

import org.jspecify.annotations.NullMarked;
