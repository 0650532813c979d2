/** The scenarios, each from its settings to its report. */
@NullMarked
package io.agentorchestrator.cli.loadtest.scenario;

import org.jspecify.annotations.NullMarked;
