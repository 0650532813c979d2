/** Tests of event streams. */
@NullMarked
package io.agentorchestrator.api.event;

import org.jspecify.annotations.NullMarked;
