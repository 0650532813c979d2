/** Hands batches to agents and watches them. */
@NullMarked
package io.agentorchestrator.activities.dispatch;

import org.jspecify.annotations.NullMarked;
