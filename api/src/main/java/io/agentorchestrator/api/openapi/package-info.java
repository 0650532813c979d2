/** The OpenAPI document of the API. */
@NullMarked
package io.agentorchestrator.api.openapi;

import org.jspecify.annotations.NullMarked;
