/** Measured times of task types, and deadlines that cannot be met by them. */
@NullMarked
package io.agentorchestrator.store.forecast;

import org.jspecify.annotations.NullMarked;
