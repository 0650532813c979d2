/** Limits of tasks by type, label or payload over REST, and who waits for them. */
@NullMarked
package io.agentorchestrator.api.limit;

import org.jspecify.annotations.NullMarked;
