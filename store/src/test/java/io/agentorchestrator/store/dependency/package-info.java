/** Tests of what the end of a task means for others. */
@NullMarked
package io.agentorchestrator.store.dependency;

import org.jspecify.annotations.NullMarked;
