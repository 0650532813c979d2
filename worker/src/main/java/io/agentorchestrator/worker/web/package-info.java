/** The worker's own port: health, metrics, and problems for everything else. */
@NullMarked
package io.agentorchestrator.worker.web;

import org.jspecify.annotations.NullMarked;
