/** Finding the source files of a directory and handing the list on to the tasks that follow. */
@NullMarked
package io.agentorchestrator.agents.source.inventory;

import org.jspecify.annotations.NullMarked;
