/** Brings a database to the schema that this release works on, and keeps its partitions ahead of the clock. */
@NullMarked
package io.agentorchestrator.store.schema;

import org.jspecify.annotations.NullMarked;
