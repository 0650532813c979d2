/** The API's published contract, seen from a client. */
@NullMarked
package io.agentorchestrator.cli.client;

import org.jspecify.annotations.NullMarked;
