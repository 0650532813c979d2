/** The workflows of DAGs and groups, the activities they call and the records on the wire between them. */
@NullMarked
package io.agentorchestrator.workflows.run;

import org.jspecify.annotations.NullMarked;
