/** Keeps the worker's view of the registered agents fresh. */
@NullMarked
package io.agentorchestrator.worker.fleet;

import org.jspecify.annotations.NullMarked;
