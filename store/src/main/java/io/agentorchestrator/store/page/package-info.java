/** Pages of lists: walks down an index, bounded in time whatever the filters are. */
@NullMarked
package io.agentorchestrator.store.page;

import org.jspecify.annotations.NullMarked;
