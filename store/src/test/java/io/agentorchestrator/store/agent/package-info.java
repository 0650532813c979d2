/** Tests of the registry. */
@NullMarked
package io.agentorchestrator.store.agent;

import org.jspecify.annotations.NullMarked;
