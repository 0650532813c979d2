/** Tests of commands and their delivery. */
@NullMarked
package io.agentorchestrator.store.command;

import org.jspecify.annotations.NullMarked;
