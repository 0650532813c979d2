/** Tests of {@code io.agentorchestrator.api.deadletter}. */
@NullMarked
package io.agentorchestrator.api.deadletter;

import org.jspecify.annotations.NullMarked;
