/** Output for people: the one way to a terminal, on which nobody's text can steer it. */
@NullMarked
package io.agentorchestrator.cli.console;

import org.jspecify.annotations.NullMarked;
