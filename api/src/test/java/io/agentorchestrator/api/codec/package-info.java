/** Tests of the codec endpoint. */
@NullMarked
package io.agentorchestrator.api.codec;

import org.jspecify.annotations.NullMarked;
