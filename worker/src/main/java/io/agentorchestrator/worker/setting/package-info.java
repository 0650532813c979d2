/** Settings that may change while the worker runs, as it goes by them. */
@NullMarked
package io.agentorchestrator.worker.setting;

import org.jspecify.annotations.NullMarked;
