/** Ends tasks whose deadline passes while no agent has them. */
@NullMarked
package io.agentorchestrator.store.deadline;

import org.jspecify.annotations.NullMarked;
