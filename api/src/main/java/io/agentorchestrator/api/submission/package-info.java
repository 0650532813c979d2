/** What clients submit: reading of tasks, batches and DAGs, their checks as a whole, and the rows they become. */
@NullMarked
package io.agentorchestrator.api.submission;

import org.jspecify.annotations.NullMarked;
