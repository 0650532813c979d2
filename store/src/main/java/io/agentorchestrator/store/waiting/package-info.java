/** Reads of what tasks wait for: agents, other tasks, their run, a retry. */
@NullMarked
package io.agentorchestrator.store.waiting;

import org.jspecify.annotations.NullMarked;
