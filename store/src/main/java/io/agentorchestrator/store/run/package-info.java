/** What a run reads and writes of its tasks: batches, dispatches, outcomes, settlements and its own end. */
@NullMarked
package io.agentorchestrator.store.run;

import org.jspecify.annotations.NullMarked;
