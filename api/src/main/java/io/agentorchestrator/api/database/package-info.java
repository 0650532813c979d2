/** The connection to PostgreSQL, its schema and its health. */
@NullMarked
package io.agentorchestrator.api.database;

import org.jspecify.annotations.NullMarked;
