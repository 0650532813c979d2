/** Tests of the DAG routes. */
@NullMarked
package io.agentorchestrator.api.dag;

import org.jspecify.annotations.NullMarked;
