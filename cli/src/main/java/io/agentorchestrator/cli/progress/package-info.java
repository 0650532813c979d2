/** A run as the terminal shows it: live, as plain lines, and its outcome. */
@NullMarked
package io.agentorchestrator.cli.progress;

import org.jspecify.annotations.NullMarked;
