/** The worker's side of the agent protocol: connections to agents, one stream to each, and the mapping of messages. */
@NullMarked
package io.agentorchestrator.activities.agent;

import org.jspecify.annotations.NullMarked;
