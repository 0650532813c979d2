/** Registration of an agent with the API over REST, and its heartbeats. */
@NullMarked
package io.agentorchestrator.sdk.registration;

import org.jspecify.annotations.NullMarked;
