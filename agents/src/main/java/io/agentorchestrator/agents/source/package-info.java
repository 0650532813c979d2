/** The source-* agents: the handler of each task type. */
@NullMarked
package io.agentorchestrator.agents.source;

import org.jspecify.annotations.NullMarked;
