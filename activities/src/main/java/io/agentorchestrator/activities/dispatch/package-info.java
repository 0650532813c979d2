/**
 * Dispatch of tasks to agents, from release to recorded outcome: a pure state machine, and the threads that
 * carry out its effects.
 */
@NullMarked
package io.agentorchestrator.activities.dispatch;

import org.jspecify.annotations.NullMarked;
