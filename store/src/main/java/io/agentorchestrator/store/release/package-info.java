/** Claims on the backlog, and the starts and releases that follow from them. */
@NullMarked
package io.agentorchestrator.store.release;

import org.jspecify.annotations.NullMarked;
