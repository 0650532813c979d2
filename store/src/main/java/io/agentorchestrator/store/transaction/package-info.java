/** Transactions that are repeated where PostgreSQL gave one up for another's sake, work that one process does at a time, and what is an outage. */
@NullMarked
package io.agentorchestrator.store.transaction;

import org.jspecify.annotations.NullMarked;
