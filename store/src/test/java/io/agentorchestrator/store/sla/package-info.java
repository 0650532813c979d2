/** Tests of counts of ended tasks. */
@NullMarked
package io.agentorchestrator.store.sla;

import org.jspecify.annotations.NullMarked;
