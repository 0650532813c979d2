/** The words of the domain: statuses, priorities, policies, limits and ids. */
@NullMarked
package io.agentorchestrator.workflows.model;

import org.jspecify.annotations.NullMarked;
