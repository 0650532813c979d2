/** Output for people: tables, live display, and the escaping of text that could steer a terminal. */
@NullMarked
package io.agentorchestrator.cli.console;

import org.jspecify.annotations.NullMarked;
