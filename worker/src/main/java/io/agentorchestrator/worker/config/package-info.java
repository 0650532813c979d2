/** The composition root and the settings of the worker. */
@NullMarked
package io.agentorchestrator.worker.config;

import org.jspecify.annotations.NullMarked;
