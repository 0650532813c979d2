/** Commands over REST: to cancel tasks and DAGs, and to pause and resume DAGs. */
@NullMarked
package io.agentorchestrator.api.command;

import org.jspecify.annotations.NullMarked;
