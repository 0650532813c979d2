/** Keys of rows, as statements take and return them. */
@NullMarked
package io.agentorchestrator.store.key;

import org.jspecify.annotations.NullMarked;
