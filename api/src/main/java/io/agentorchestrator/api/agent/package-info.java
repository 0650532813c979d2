/** The registry of agents over REST. */
@NullMarked
package io.agentorchestrator.api.agent;

import org.jspecify.annotations.NullMarked;
