/** The crash test: work is submitted while every process is killed at random moments, and what came of it is judged. */
@NullMarked
package io.agentorchestrator.cli.chaos;

import org.jspecify.annotations.NullMarked;
