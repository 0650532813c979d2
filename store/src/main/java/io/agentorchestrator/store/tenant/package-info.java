/** Limits of tenants, the tasks that they have open, and the APIs that divide limits among each other. */
@NullMarked
package io.agentorchestrator.store.tenant;

import org.jspecify.annotations.NullMarked;
