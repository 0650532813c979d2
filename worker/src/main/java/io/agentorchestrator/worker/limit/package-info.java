/** Limits by type, label or payload: puts in line again what waited for them, and gives open tasks their keys after limits change. */
@NullMarked
package io.agentorchestrator.worker.limit;

import org.jspecify.annotations.NullMarked;
