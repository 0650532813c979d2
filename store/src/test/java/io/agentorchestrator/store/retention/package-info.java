/** Tests of retention: what is deleted, and what is not. */
@NullMarked
package io.agentorchestrator.store.retention;

import org.jspecify.annotations.NullMarked;
