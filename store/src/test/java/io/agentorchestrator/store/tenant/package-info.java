/** Tests of tenants, and of counts of open tasks. */
@NullMarked
package io.agentorchestrator.store.tenant;

import org.jspecify.annotations.NullMarked;
