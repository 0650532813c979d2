/** The program: command line, configuration and life of an agent process. */
@NullMarked
package io.agentorchestrator.agents;

import org.jspecify.annotations.NullMarked;
