/** Claims on the backlog, and the starts and grants that follow from them. */
@NullMarked
package io.agentorchestrator.store.release;

import org.jspecify.annotations.NullMarked;
