/** PostgreSQL, Redis and Temporal, fetched or unpacked and made ready to run. */
@NullMarked
package io.agentorchestrator.cli.server;

import org.jspecify.annotations.NullMarked;
