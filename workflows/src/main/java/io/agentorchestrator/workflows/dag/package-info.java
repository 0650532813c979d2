/** DAGs: validation, levels, critical path and remaining paths. */
@NullMarked
package io.agentorchestrator.workflows.dag;

import org.jspecify.annotations.NullMarked;
