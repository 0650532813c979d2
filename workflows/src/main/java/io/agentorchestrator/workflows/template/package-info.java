/** Templates in payloads: references to inputs and to results of other tasks. */
@NullMarked
package io.agentorchestrator.workflows.template;

import org.jspecify.annotations.NullMarked;
