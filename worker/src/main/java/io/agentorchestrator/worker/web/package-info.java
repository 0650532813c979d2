/** What the worker's own port answers besides health and metrics. */
@NullMarked
package io.agentorchestrator.worker.web;

import org.jspecify.annotations.NullMarked;
