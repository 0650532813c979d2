/** The worker application: Temporal workers, release, and the loops beside them. */
@NullMarked
package io.agentorchestrator.worker;

import org.jspecify.annotations.NullMarked;
