/** Tests of tenants, trace contexts, parameters and ids. */
@NullMarked
package io.agentorchestrator.api.caller;

import org.jspecify.annotations.NullMarked;
