/** Sending requests at their intended times, and remembering what was acknowledged. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.generate;

import org.jspecify.annotations.NullMarked;
