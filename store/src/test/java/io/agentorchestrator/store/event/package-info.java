/** Tests of events. */
@NullMarked
package io.agentorchestrator.store.event;

import org.jspecify.annotations.NullMarked;
