/** Tests of {@code io.agentorchestrator.api.retry}. */
@NullMarked
package io.agentorchestrator.api.retry;

import org.jspecify.annotations.NullMarked;
