/** Validation of a DAG and what follows from its shape: levels, critical path, remaining paths. */
@NullMarked
package io.agentorchestrator.workflows.dag;

import org.jspecify.annotations.NullMarked;
