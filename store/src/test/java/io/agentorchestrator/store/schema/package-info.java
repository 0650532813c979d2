/** Tests of the schema. */
@NullMarked
package io.agentorchestrator.store.schema;

import org.jspecify.annotations.NullMarked;
