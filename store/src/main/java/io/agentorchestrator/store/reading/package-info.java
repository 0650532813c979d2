/** Reads of tasks and DAGs for clients, each within one tenant. */
@NullMarked
package io.agentorchestrator.store.reading;

import org.jspecify.annotations.NullMarked;
