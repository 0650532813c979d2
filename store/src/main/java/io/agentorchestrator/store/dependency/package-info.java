/** Dependencies on tasks of other runs: passes the end of a task on to its dependents. */
@NullMarked
package io.agentorchestrator.store.dependency;

import org.jspecify.annotations.NullMarked;
