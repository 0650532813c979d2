/** Migration of the database's schema, and partitions made ahead of time. */
@NullMarked
package io.agentorchestrator.store.schema;

import org.jspecify.annotations.NullMarked;
