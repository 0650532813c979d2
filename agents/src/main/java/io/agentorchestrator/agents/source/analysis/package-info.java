/** Handlers of the tasks that measure source code: complexity, duplicates, to-do notes, git history and hot spots. */
@NullMarked
package io.agentorchestrator.agents.source.analysis;

import org.jspecify.annotations.NullMarked;
