/** The whole application on real PostgreSQL, and a client to talk to it. */
@NullMarked
package io.agentorchestrator.api.testkit;

import org.jspecify.annotations.NullMarked;
