/** Says of tasks that wait what they wait for. */
@NullMarked
package io.agentorchestrator.api.waiting;

import org.jspecify.annotations.NullMarked;
