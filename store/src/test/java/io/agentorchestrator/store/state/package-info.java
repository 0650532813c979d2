/** Tests of the transitions of a task's status, and of who writes them. */
@NullMarked
package io.agentorchestrator.store.state;

import org.jspecify.annotations.NullMarked;
