/** The order of the backlog and the credit that release hands out, as pure functions. */
@NullMarked
package io.agentorchestrator.workflows.release;

import org.jspecify.annotations.NullMarked;
