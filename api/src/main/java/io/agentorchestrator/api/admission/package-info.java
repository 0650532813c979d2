/**
 * Admission: commits submissions, those that arrive together in one transaction, and repeats answers by
 * idempotency key.
 */
@NullMarked
package io.agentorchestrator.api.admission;

import org.jspecify.annotations.NullMarked;
