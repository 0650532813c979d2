/** Changes of published statuses, in an order that a reader can resume from. */
@NullMarked
package io.agentorchestrator.store.event;

import org.jspecify.annotations.NullMarked;
