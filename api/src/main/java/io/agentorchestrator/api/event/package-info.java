/** Changes of status as server-sent events. */
@NullMarked
package io.agentorchestrator.api.event;

import org.jspecify.annotations.NullMarked;
