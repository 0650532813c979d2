/** Dead letters over REST: list, read, reprocess and delete. */
@NullMarked
package io.agentorchestrator.api.deadletter;

import org.jspecify.annotations.NullMarked;
