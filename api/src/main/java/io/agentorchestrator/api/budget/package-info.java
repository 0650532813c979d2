/** Budgets of tenants and of the installation, and what was spent. */
@NullMarked
package io.agentorchestrator.api.budget;

import org.jspecify.annotations.NullMarked;
