/** What tests of several packages need. */
@NullMarked
package io.agentorchestrator.activities.testkit;

import org.jspecify.annotations.NullMarked;
