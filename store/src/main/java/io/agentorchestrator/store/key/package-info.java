/** Keys of runs, as rows hold and statements take them. */
@NullMarked
package io.agentorchestrator.store.key;

import org.jspecify.annotations.NullMarked;
