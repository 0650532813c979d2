/** The library for authors of agents: one method to implement, and the server that speaks the agent protocol for it. */
@NullMarked
package io.agentorchestrator.sdk;

import org.jspecify.annotations.NullMarked;
