/** Tests of dead letters against PostgreSQL. */
@NullMarked
package io.agentorchestrator.store.deadletter;

import org.jspecify.annotations.NullMarked;
