/** The display of a run on the terminal: live, as plain lines, and its outcome. */
@NullMarked
package io.agentorchestrator.cli.progress;

import org.jspecify.annotations.NullMarked;
