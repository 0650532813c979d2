/** A clock for tests of several packages. */
@NullMarked
package io.agentorchestrator.activities.testkit;

import org.jspecify.annotations.NullMarked;
