/**
 * The one writer of a task's state: the table of legal transitions, all statements that change {@code
 * task_state}, and the locks and counters of runs.
 */
@NullMarked
package io.agentorchestrator.store.state;

import org.jspecify.annotations.NullMarked;
