/** Tasks that failed for good, kept until somebody reprocesses or deletes them, and what writes them to a stream. */
@NullMarked
package io.agentorchestrator.store.deadletter;

import org.jspecify.annotations.NullMarked;
