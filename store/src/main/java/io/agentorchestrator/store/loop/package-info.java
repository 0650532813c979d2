/** Work that every process does again and again: loops that a signal wakes and no failure ends, writers that gather, and logs that say an outage once. */
@NullMarked
package io.agentorchestrator.store.loop;

import org.jspecify.annotations.NullMarked;
