/** Threads and timers that go on whatever a step of theirs throws, and what they say of those who are away. */
@NullMarked
package io.agentorchestrator.activities.loop;

import org.jspecify.annotations.NullMarked;
