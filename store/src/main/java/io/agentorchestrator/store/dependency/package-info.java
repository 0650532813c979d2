/** What the end of a task means for tasks outside its DAG that depend on it. */
@NullMarked
package io.agentorchestrator.store.dependency;

import org.jspecify.annotations.NullMarked;
