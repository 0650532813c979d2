/** Settings over REST that may change while processes run. */
@NullMarked
package io.agentorchestrator.api.setting;

import org.jspecify.annotations.NullMarked;
