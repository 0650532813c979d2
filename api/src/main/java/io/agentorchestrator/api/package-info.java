/** The REST application: its main class and its composition. */
@NullMarked
package io.agentorchestrator.api;

import org.jspecify.annotations.NullMarked;
