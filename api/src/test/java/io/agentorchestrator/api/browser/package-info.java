/** Tests of the protection against pages of other sites. */
@NullMarked
package io.agentorchestrator.api.browser;

import org.jspecify.annotations.NullMarked;
