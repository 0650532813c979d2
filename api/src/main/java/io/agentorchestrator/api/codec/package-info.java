/** Decoding of payloads for Temporal's Web UI and command line, by Temporal's remote codec protocol. */
@NullMarked
package io.agentorchestrator.api.codec;

import org.jspecify.annotations.NullMarked;
