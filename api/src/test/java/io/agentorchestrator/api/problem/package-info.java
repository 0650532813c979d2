/** Tests of problems. */
@NullMarked
package io.agentorchestrator.api.problem;

import org.jspecify.annotations.NullMarked;
