/** Load shedding: which submissions are admitted near the limits of open tasks, and how fast each tenant may submit. */
@NullMarked
package io.agentorchestrator.api.shedding;

import org.jspecify.annotations.NullMarked;
