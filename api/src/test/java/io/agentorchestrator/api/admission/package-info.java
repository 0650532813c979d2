/** Tests of admission. */
@NullMarked
package io.agentorchestrator.api.admission;

import org.jspecify.annotations.NullMarked;
