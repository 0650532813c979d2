/** Tests of pages. */
@NullMarked
package io.agentorchestrator.store.page;

import org.jspecify.annotations.NullMarked;
