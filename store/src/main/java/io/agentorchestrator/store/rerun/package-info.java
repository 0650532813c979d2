/** Further runs of DAGs that have ended, and tasks that take the place of others. */
@NullMarked
package io.agentorchestrator.store.rerun;

import org.jspecify.annotations.NullMarked;
