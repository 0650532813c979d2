/** The handler that joins all figures into a Markdown report with charts. */
@NullMarked
package io.agentorchestrator.agents.source.report;

import org.jspecify.annotations.NullMarked;
