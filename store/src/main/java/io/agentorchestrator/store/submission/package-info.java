/** Inserts of accepted tasks and DAGs, many submissions in one transaction. */
@NullMarked
package io.agentorchestrator.store.submission;

import org.jspecify.annotations.NullMarked;
