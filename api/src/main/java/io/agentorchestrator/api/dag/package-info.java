/** DAGs over REST: validation, submission and reading. */
@NullMarked
package io.agentorchestrator.api.dag;

import org.jspecify.annotations.NullMarked;
