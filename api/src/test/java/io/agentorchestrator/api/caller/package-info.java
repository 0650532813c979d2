/** Tests of what every request carries. */
@NullMarked
package io.agentorchestrator.api.caller;

import org.jspecify.annotations.NullMarked;
