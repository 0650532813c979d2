/** Changes of published statuses, in the order of a position that a reader can go on from. */
@NullMarked
package io.agentorchestrator.store.event;

import org.jspecify.annotations.NullMarked;
