/** Tests of the command routes. */
@NullMarked
package io.agentorchestrator.api.command;

import org.jspecify.annotations.NullMarked;
