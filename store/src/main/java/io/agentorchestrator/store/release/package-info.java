/** The backlog: claims of queued tasks, and the starts and releases of runs that follow from them. */
@NullMarked
package io.agentorchestrator.store.release;

import org.jspecify.annotations.NullMarked;
