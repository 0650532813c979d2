/** Who calls: tenant, trace context, the query parameters and path ids of a request. */
@NullMarked
package io.agentorchestrator.api.caller;

import org.jspecify.annotations.NullMarked;
