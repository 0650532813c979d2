/** Real PostgreSQL for tests, here and in the modules that depend on the store. */
@NullMarked
package io.agentorchestrator.store.testkit;

import org.jspecify.annotations.NullMarked;
