/** Reads of tasks and DAGs for people and clients, each within one tenant. */
@NullMarked
package io.agentorchestrator.store.reading;

import org.jspecify.annotations.NullMarked;
