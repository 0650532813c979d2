/** Admission: makes submissions durable, those that arrive together in one transaction. */
@NullMarked
package io.agentorchestrator.api.admission;

import org.jspecify.annotations.NullMarked;
