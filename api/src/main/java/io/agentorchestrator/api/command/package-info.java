/** Commands over REST: cancel a task or DAG, pause and resume a DAG. */
@NullMarked
package io.agentorchestrator.api.command;

import org.jspecify.annotations.NullMarked;
