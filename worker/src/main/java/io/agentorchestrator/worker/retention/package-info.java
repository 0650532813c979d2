/** Retention: makes partitions of weeks to come, and deletes what has been kept for long enough. */
@NullMarked
package io.agentorchestrator.worker.retention;

import org.jspecify.annotations.NullMarked;
