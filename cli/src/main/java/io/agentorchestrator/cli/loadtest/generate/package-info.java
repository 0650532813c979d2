/** Sending requests at their intended times, and remembering what was acknowledged. */
@NullMarked
package io.agentorchestrator.cli.loadtest.generate;

import org.jspecify.annotations.NullMarked;
