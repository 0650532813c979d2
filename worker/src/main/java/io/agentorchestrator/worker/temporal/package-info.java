/** Readiness of Temporal, and an orderly end of its workers. */
@NullMarked
package io.agentorchestrator.worker.temporal;

import org.jspecify.annotations.NullMarked;
