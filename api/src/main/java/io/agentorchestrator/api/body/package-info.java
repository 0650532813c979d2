/** Strict reading of request bodies: JSON and YAML as trees, then field by field with a JSON pointer to every problem. */
@NullMarked
package io.agentorchestrator.api.body;

import org.jspecify.annotations.NullMarked;
