/** The languages with their syntax, and the measuring of one source file: lines, functions, decisions. */
@NullMarked
package io.agentorchestrator.agents.source.language;

import org.jspecify.annotations.NullMarked;
