/** Tests of budgets and of the ledger. */
@NullMarked
package io.agentorchestrator.store.budget;

import org.jspecify.annotations.NullMarked;
