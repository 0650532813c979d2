/** Writes dead letters, of which the store is the truth, to their stream in Redis, and keeps the two alike. */
@NullMarked
package io.agentorchestrator.worker.deadletter;

import org.jspecify.annotations.NullMarked;
