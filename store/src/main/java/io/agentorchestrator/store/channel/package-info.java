/** What the store announces, for those who listen. */
@NullMarked
package io.agentorchestrator.store.channel;

import org.jspecify.annotations.NullMarked;
