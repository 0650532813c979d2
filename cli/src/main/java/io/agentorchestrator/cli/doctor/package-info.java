/** What the embedded stack needs of a machine, checked. */
@NullMarked
package io.agentorchestrator.cli.doctor;

import org.jspecify.annotations.NullMarked;
