/** Pages of lists: read in the order of an index, and bounded in time whatever the filters are. */
@NullMarked
package io.agentorchestrator.store.page;

import org.jspecify.annotations.NullMarked;
