/** Tenants and their limits over REST. */
@NullMarked
package io.agentorchestrator.api.tenant;

import org.jspecify.annotations.NullMarked;
