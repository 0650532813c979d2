/** Tests of the reading of bodies. */
@NullMarked
package io.agentorchestrator.api.body;

import org.jspecify.annotations.NullMarked;
