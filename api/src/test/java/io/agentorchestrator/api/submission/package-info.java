/** Tests of what clients submit. */
@NullMarked
package io.agentorchestrator.api.submission;

import org.jspecify.annotations.NullMarked;
