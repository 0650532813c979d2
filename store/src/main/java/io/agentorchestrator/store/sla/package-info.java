/** Counts of ended tasks by whether they kept their service level. */
@NullMarked
package io.agentorchestrator.store.sla;

import org.jspecify.annotations.NullMarked;
