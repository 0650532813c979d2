/** What a run reads and writes of its tasks: lots, hand-overs, outcomes, settlements and its own end. */
@NullMarked
package io.agentorchestrator.store.run;

import org.jspecify.annotations.NullMarked;
