/** Tests of what is asked of browsers. */
@NullMarked
package io.agentorchestrator.api.browser;

import org.jspecify.annotations.NullMarked;
