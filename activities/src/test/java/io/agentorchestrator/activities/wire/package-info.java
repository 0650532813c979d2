/** Messages between processes of one installation, and into histories. */
@NullMarked
package io.agentorchestrator.activities.wire;

import org.jspecify.annotations.NullMarked;
