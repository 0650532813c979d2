/**
 * Transactions that are repeated after deadlocks, work that one process does at a time, and the recognition of
 * outages.
 */
@NullMarked
package io.agentorchestrator.store.transaction;

import org.jspecify.annotations.NullMarked;
