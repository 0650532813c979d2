/** Tests of the reasons why tasks wait. */
@NullMarked
package io.agentorchestrator.api.waiting;

import org.jspecify.annotations.NullMarked;
