/** Dead letters: tasks that failed for good, their reprocessing and deletion, and their delivery to a stream. */
@NullMarked
package io.agentorchestrator.store.deadletter;

import org.jspecify.annotations.NullMarked;
