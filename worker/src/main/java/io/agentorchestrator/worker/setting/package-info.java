/** The worker's settings that may change while it runs. */
@NullMarked
package io.agentorchestrator.worker.setting;

import org.jspecify.annotations.NullMarked;
