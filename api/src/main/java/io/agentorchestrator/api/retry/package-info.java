/** Retry over REST: a further run of a DAG that has ended. */
@NullMarked
package io.agentorchestrator.api.retry;

import org.jspecify.annotations.NullMarked;
