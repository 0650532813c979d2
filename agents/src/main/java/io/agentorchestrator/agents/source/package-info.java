/** The source-* agents: which task type does what. */
@NullMarked
package io.agentorchestrator.agents.source;

import org.jspecify.annotations.NullMarked;
