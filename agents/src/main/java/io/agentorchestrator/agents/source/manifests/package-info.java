/** The handler that reads dependency manifests of several build tools. */
@NullMarked
package io.agentorchestrator.agents.source.manifests;

import org.jspecify.annotations.NullMarked;
