/** Tests of the agent routes. */
@NullMarked
package io.agentorchestrator.api.agent;

import org.jspecify.annotations.NullMarked;
