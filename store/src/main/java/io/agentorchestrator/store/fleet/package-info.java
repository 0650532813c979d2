/** The registered agents as dispatch and release see them. */
@NullMarked
package io.agentorchestrator.store.fleet;

import org.jspecify.annotations.NullMarked;
