/** Registration of an agent with the API over REST, and its heartbeats. */
@NullMarked
package io.agentorchestrator.agents.registration;

import org.jspecify.annotations.NullMarked;
