/** A store and a Temporal for the worker's tests. */
@NullMarked
package io.agentorchestrator.worker.testkit;

import org.jspecify.annotations.NullMarked;
