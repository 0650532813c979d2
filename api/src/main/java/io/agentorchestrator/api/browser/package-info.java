/** Protection against pages of other sites in a user's browser: checks of Origin and Host, and security headers. */
@NullMarked
package io.agentorchestrator.api.browser;

import org.jspecify.annotations.NullMarked;
