/** The short writes of a run beside dispatch. */
@NullMarked
package io.agentorchestrator.activities.record;

import org.jspecify.annotations.NullMarked;
