/** Tests of submissions. */
@NullMarked
package io.agentorchestrator.api.submission;

import org.jspecify.annotations.NullMarked;
