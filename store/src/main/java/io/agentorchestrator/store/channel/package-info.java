/** The channels of PostgreSQL's notifications. */
@NullMarked
package io.agentorchestrator.store.channel;

import org.jspecify.annotations.NullMarked;
