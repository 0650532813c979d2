/** The conditions that tasks set on their agents, and what agents say of themselves, as pure functions. */
@NullMarked
package io.agentorchestrator.workflows.selector;

import org.jspecify.annotations.NullMarked;
