/** Starting, watching and stopping the embedded stack. */
@NullMarked
package io.agentorchestrator.cli.supervise;

import org.jspecify.annotations.NullMarked;
