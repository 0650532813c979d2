/** A circuit breaker for each agent, which all workers share. */
@NullMarked
package io.agentorchestrator.activities.breaker;

import org.jspecify.annotations.NullMarked;
