/** The reads and writes of a run: batches, dispatches, outcomes, decisions and its end. */
@NullMarked
package io.agentorchestrator.store.run;

import org.jspecify.annotations.NullMarked;
