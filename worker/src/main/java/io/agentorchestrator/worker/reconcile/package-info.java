/** Reconciles runs in the store with workflows in Temporal, and repairs differences. */
@NullMarked
package io.agentorchestrator.worker.reconcile;

import org.jspecify.annotations.NullMarked;
