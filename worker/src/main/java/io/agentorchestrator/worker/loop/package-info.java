/** Loops that are woken, and live as the application does. */
@NullMarked
package io.agentorchestrator.worker.loop;

import org.jspecify.annotations.NullMarked;
