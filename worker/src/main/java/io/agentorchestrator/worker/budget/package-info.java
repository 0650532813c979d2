/** The loop that lets go on what budgets held. */
@NullMarked
package io.agentorchestrator.worker.budget;

import org.jspecify.annotations.NullMarked;
