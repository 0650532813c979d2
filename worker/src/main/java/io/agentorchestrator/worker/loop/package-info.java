/** Loops that are woken, and what they say of those who are away. */
@NullMarked
package io.agentorchestrator.worker.loop;

import org.jspecify.annotations.NullMarked;
