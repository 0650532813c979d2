/** Tests of further runs of DAGs that have ended. */
@NullMarked
package io.agentorchestrator.store.rerun;

import org.jspecify.annotations.NullMarked;
