/** JSON whose numbers keep their spelling. */
@NullMarked
package io.agentorchestrator.workflows.json;

import org.jspecify.annotations.NullMarked;
