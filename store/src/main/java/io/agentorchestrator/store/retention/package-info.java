/**
 * Deletes what has been kept for long enough: a week at once where nothing of it is to be kept, or else row by row, in batches. What lives
 * keeps itself only: open tasks and runs, what waits for them to be passed on, and open dead letters with their DAGs.
 */
@NullMarked
package io.agentorchestrator.store.retention;

import org.jspecify.annotations.NullMarked;
