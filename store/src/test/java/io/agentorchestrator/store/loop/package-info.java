/** Tests of loops and of writers that gather. */
@NullMarked
package io.agentorchestrator.store.loop;

import org.jspecify.annotations.NullMarked;
