/** Tasks over REST: submission, singly and in batches, and reading. */
@NullMarked
package io.agentorchestrator.api.task;

import org.jspecify.annotations.NullMarked;
