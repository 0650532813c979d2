/** Budgets, what is set apart of them, what was spent, and what that was spent on. */
@NullMarked
package io.agentorchestrator.store.budget;

import org.jspecify.annotations.NullMarked;
