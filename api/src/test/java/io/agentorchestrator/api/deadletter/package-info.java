/** Tests of the dead-letter routes. */
@NullMarked
package io.agentorchestrator.api.deadletter;

import org.jspecify.annotations.NullMarked;
