/** The program of the agents that ship: command line, configuration, start and stop. */
@NullMarked
package io.agentorchestrator.agents;

import org.jspecify.annotations.NullMarked;
