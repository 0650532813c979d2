/** Further runs of DAGs that have ended, and tasks that stand in for others. */
@NullMarked
package io.agentorchestrator.store.rerun;

import org.jspecify.annotations.NullMarked;
