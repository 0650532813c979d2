/** Settings and feature flags that may change while processes run. */
@NullMarked
package io.agentorchestrator.store.setting;

import org.jspecify.annotations.NullMarked;
