/** The simulated agent, for tests and load: sleeps, fails on demand, and counts its executions. */
@NullMarked
package io.agentorchestrator.agents.simulated;

import org.jspecify.annotations.NullMarked;
