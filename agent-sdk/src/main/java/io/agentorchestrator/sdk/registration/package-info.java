/** Makes this agent known to the orchestrator over REST and keeps it known by heartbeats. */
@NullMarked
package io.agentorchestrator.sdk.registration;

import org.jspecify.annotations.NullMarked;
