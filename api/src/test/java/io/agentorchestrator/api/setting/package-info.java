/** Tests of settings. */
@NullMarked
package io.agentorchestrator.api.setting;

import org.jspecify.annotations.NullMarked;
