/** Submissions: reads tasks, batches and DAGs, checks each as a whole, and makes the rows that are inserted. */
@NullMarked
package io.agentorchestrator.api.submission;

import org.jspecify.annotations.NullMarked;
