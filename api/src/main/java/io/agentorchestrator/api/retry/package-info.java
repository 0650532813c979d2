/** Further runs, over REST, of DAGs that have ended. */
@NullMarked
package io.agentorchestrator.api.retry;

import org.jspecify.annotations.NullMarked;
