/** The registry of agents. */
@NullMarked
package io.agentorchestrator.store.agent;

import org.jspecify.annotations.NullMarked;
