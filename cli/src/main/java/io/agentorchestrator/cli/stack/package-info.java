/** What the embedded stack is: its components, ports, directories, and the files that remember it. */
@NullMarked
package io.agentorchestrator.cli.stack;

import org.jspecify.annotations.NullMarked;
