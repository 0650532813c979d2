/** Tests of load shedding. */
@NullMarked
package io.agentorchestrator.api.shedding;

import org.jspecify.annotations.NullMarked;
