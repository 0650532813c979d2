/** Tests of the task routes. */
@NullMarked
package io.agentorchestrator.api.task;

import org.jspecify.annotations.NullMarked;
