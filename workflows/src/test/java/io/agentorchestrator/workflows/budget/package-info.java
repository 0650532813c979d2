/** Tests of the decisions on budgets. */
@NullMarked
package io.agentorchestrator.workflows.budget;

import org.jspecify.annotations.NullMarked;
