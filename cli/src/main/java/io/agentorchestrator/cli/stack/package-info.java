/** The embedded stack as files describe it: components, ports, directories and state. */
@NullMarked
package io.agentorchestrator.cli.stack;

import org.jspecify.annotations.NullMarked;
