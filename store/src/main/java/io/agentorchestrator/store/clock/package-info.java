/** The database's clock, by which whatever is ordered by time is ordered. */
@NullMarked
package io.agentorchestrator.store.clock;

import org.jspecify.annotations.NullMarked;
