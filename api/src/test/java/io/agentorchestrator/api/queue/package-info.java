/** Tests of queues. */
@NullMarked
package io.agentorchestrator.api.queue;

import org.jspecify.annotations.NullMarked;
