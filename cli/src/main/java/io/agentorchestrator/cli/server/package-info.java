/** The servers that are not ours: PostgreSQL, Redis and Temporal, made ready to run from artifacts. */
@NullMarked
package io.agentorchestrator.cli.server;

import org.jspecify.annotations.NullMarked;
