/** Tests of what is deleted, and of what is not. */
@NullMarked
package io.agentorchestrator.store.retention;

import org.jspecify.annotations.NullMarked;
