/** The worker's side of the agent protocol: who is there, and one stream to each. */
@NullMarked
package io.agentorchestrator.activities.agent;

import org.jspecify.annotations.NullMarked;
