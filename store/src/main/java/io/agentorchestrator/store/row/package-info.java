/** The rows of statements as records, and records as the parameters of statements. */
@NullMarked
package io.agentorchestrator.store.row;

import org.jspecify.annotations.NullMarked;
