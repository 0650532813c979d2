/** Limits of tasks by type, label or payload: what is set, what is used, who waits, and the gate that a claim asks. */
@NullMarked
package io.agentorchestrator.store.limit;

import org.jspecify.annotations.NullMarked;
