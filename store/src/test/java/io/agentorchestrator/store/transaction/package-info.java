/** Tests of transactions that are repeated. */
@NullMarked
package io.agentorchestrator.store.transaction;

import org.jspecify.annotations.NullMarked;
