/** Admission: makes submissions durable, those that arrive together in one transaction, and repeats answers by their keys. */
@NullMarked
package io.agentorchestrator.api.admission;

import org.jspecify.annotations.NullMarked;
