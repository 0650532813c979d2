/** The caller of a request: tenant, trace context, query parameters and ids in the path. */
@NullMarked
package io.agentorchestrator.api.caller;

import org.jspecify.annotations.NullMarked;
