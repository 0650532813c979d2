/** Finds what the store and Temporal see differently, and repairs it. */
@NullMarked
package io.agentorchestrator.worker.reconcile;

import org.jspecify.annotations.NullMarked;
