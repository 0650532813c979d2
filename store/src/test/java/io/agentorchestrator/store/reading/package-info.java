/** Tests of reads. */
@NullMarked
package io.agentorchestrator.store.reading;

import org.jspecify.annotations.NullMarked;
