/** The database's clock, by which everything is ordered that is ordered by time. */
@NullMarked
package io.agentorchestrator.store.clock;

import org.jspecify.annotations.NullMarked;
