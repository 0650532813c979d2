/** Errors as clients see them: RFC 9457 problems with stable codes, and the mapping of exceptions to them. */
@NullMarked
package io.agentorchestrator.api.problem;

import org.jspecify.annotations.NullMarked;
