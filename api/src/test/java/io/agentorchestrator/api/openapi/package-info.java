/** Tests of the published description. */
@NullMarked
package io.agentorchestrator.api.openapi;

import org.jspecify.annotations.NullMarked;
