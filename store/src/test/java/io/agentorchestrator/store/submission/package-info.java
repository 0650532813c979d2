/** Tests of the inserts. */
@NullMarked
package io.agentorchestrator.store.submission;

import org.jspecify.annotations.NullMarked;
