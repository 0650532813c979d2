/** A client of the REST API: requests, event streams, and failures as people read them. */
@NullMarked
package io.agentorchestrator.cli.client;

import org.jspecify.annotations.NullMarked;
