/** Loops that a notification wakes, and that start and stop with the application. */
@NullMarked
package io.agentorchestrator.worker.loop;

import org.jspecify.annotations.NullMarked;
