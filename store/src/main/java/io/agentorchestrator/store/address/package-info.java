/** Addresses of agents: their form, and the networks that they may be in. */
@NullMarked
package io.agentorchestrator.store.address;

import org.jspecify.annotations.NullMarked;
