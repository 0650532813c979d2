/** The supervisor of the embedded stack: starts, watches and stops its processes. */
@NullMarked
package io.agentorchestrator.cli.supervise;

import org.jspecify.annotations.NullMarked;
