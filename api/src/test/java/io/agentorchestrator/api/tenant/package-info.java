/** Tests of tenants. */
@NullMarked
package io.agentorchestrator.api.tenant;

import org.jspecify.annotations.NullMarked;
