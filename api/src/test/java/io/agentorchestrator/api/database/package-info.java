/** Tests of connections: readers do not keep submissions waiting. */
@NullMarked
package io.agentorchestrator.api.database;

import org.jspecify.annotations.NullMarked;
