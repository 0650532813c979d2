/**
 * The activities by which a run records what is not an outcome at an agent: failures, cancellations, back-offs
 * and its end.
 */
@NullMarked
package io.agentorchestrator.activities.record;

import org.jspecify.annotations.NullMarked;
