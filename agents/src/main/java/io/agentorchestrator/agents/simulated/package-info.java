/** An agent that only pretends to work, fails on demand, and counts its executions: for tests and load. */
@NullMarked
package io.agentorchestrator.agents.simulated;

import org.jspecify.annotations.NullMarked;
