/** Dead letters over REST: to look at, to make new tasks of, and to delete. */
@NullMarked
package io.agentorchestrator.api.deadletter;

import org.jspecify.annotations.NullMarked;
