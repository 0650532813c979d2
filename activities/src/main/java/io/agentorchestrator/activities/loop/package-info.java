/** Guarded threads and timers, which go on whatever one of their steps throws, and log outages once. */
@NullMarked
package io.agentorchestrator.activities.loop;

import org.jspecify.annotations.NullMarked;
