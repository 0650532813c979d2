/** Readiness of Temporal, and the life of its workers: they wait for it, and end in order. */
@NullMarked
package io.agentorchestrator.worker.temporal;

import org.jspecify.annotations.NullMarked;
