/** Tests of what readers cost others. */
@NullMarked
package io.agentorchestrator.api.database;

import org.jspecify.annotations.NullMarked;
