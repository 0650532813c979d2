/** Reads of what a task waits for: agents, other tasks, its run, a retry. */
@NullMarked
package io.agentorchestrator.store.waiting;

import org.jspecify.annotations.NullMarked;
