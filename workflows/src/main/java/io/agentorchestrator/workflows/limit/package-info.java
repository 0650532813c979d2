/** Limits of tasks by type, label or payload: which limits concern a task, and when one more may leave the backlog. No clock, no I/O. */
@NullMarked
package io.agentorchestrator.workflows.limit;

import org.jspecify.annotations.NullMarked;
