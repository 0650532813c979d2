/** Tests of limits. */
@NullMarked
package io.agentorchestrator.api.limit;

import org.jspecify.annotations.NullMarked;
