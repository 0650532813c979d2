/**
 * The one writer of a task's state: the table of legal transitions, all statements that change {@code
 * task_state}, and the locks and counters of runs.
 *
 * <p>A statement that knows its tasks or runs by id compares their status as text, {@code status::text = 'WAITING'}: no index has that. Statistics
 * know nothing of statuses that last for seconds, so that the planner takes an index of status to hold next to nothing, and would read all of it.
 */
@NullMarked
package io.agentorchestrator.store.state;

import org.jspecify.annotations.NullMarked;
