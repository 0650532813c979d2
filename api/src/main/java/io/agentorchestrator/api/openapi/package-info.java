/** The OpenAPI document: the contract that clients see. */
@NullMarked
package io.agentorchestrator.api.openapi;

import org.jspecify.annotations.NullMarked;
