/** Tests of deadlines. */
@NullMarked
package io.agentorchestrator.store.deadline;

import org.jspecify.annotations.NullMarked;
