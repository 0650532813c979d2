/** The reason why a task waits, found when somebody asks. */
@NullMarked
package io.agentorchestrator.api.waiting;

import org.jspecify.annotations.NullMarked;
