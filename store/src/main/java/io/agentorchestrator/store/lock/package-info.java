/** The lock that orders everything that happens to a run. */
@NullMarked
package io.agentorchestrator.store.lock;

import org.jspecify.annotations.NullMarked;
