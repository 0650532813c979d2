/** The decisions on budgets, as pure functions: what is set apart for a task, and which task has to wait or to fail. */
@NullMarked
package io.agentorchestrator.workflows.budget;

import org.jspecify.annotations.NullMarked;
