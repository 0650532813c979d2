/** Tests of dependencies on tasks of other runs. */
@NullMarked
package io.agentorchestrator.store.dependency;

import org.jspecify.annotations.NullMarked;
