/** Circuit breakers, one for each agent, shared by all workers through Redis. */
@NullMarked
package io.agentorchestrator.activities.breaker;

import org.jspecify.annotations.NullMarked;
