/** What is asked of browsers: pages of other sites change nothing here, and ours show nothing of others. */
@NullMarked
package io.agentorchestrator.api.browser;

import org.jspecify.annotations.NullMarked;
