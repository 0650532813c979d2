/** Tests of the database's clock. */
@NullMarked
package io.agentorchestrator.store.clock;

import org.jspecify.annotations.NullMarked;
