/** The checks of {@code doctor}: what the embedded stack needs of a machine. */
@NullMarked
package io.agentorchestrator.cli.doctor;

import org.jspecify.annotations.NullMarked;
