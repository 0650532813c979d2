/**
 * The handler that lists the source files of a directory, and the work files by which tasks pass on what they
 * found.
 */
@NullMarked
package io.agentorchestrator.agents.source.inventory;

import org.jspecify.annotations.NullMarked;
