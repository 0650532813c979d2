/** Settings that may change while processes run, for people. */
@NullMarked
package io.agentorchestrator.api.setting;

import org.jspecify.annotations.NullMarked;
