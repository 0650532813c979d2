/** Readiness of Temporal, and the start and stop of its workers. */
@NullMarked
package io.agentorchestrator.worker.temporal;

import org.jspecify.annotations.NullMarked;
