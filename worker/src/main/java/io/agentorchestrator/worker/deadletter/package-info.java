/** Delivers dead letters from the store to their stream in Redis, and rebuilds the stream if it is lost. */
@NullMarked
package io.agentorchestrator.worker.deadletter;

import org.jspecify.annotations.NullMarked;
