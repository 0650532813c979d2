/** The one rule of which characters of foreign text are shown as they are, and its use in logs. */
@NullMarked
package io.agentorchestrator.text;

import org.jspecify.annotations.NullMarked;
