/** Tests of settings. */
@NullMarked
package io.agentorchestrator.store.setting;

import org.jspecify.annotations.NullMarked;
