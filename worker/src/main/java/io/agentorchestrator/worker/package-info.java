/** The worker application: Temporal workers, release and what keeps them going. */
@NullMarked
package io.agentorchestrator.worker;

import org.jspecify.annotations.NullMarked;
