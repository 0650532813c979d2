/** Tests of the retry route. */
@NullMarked
package io.agentorchestrator.api.retry;

import org.jspecify.annotations.NullMarked;
