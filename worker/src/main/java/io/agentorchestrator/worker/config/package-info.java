/** The settings of the worker, and how it exports traces. */
@NullMarked
package io.agentorchestrator.worker.config;

import org.jspecify.annotations.NullMarked;
