/** Tells runs the outcomes of tasks that are watched outside of their batches. */
@NullMarked
package io.agentorchestrator.worker.notice;

import org.jspecify.annotations.NullMarked;
