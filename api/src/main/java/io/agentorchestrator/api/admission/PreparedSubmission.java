package io.agentorchestrator.api.admission;

import io.agentorchestrator.store.submission.Submission;
import org.jspecify.annotations.Nullable;

/**
 * A submission that is valid, and what its sender is told once it is durable.
 *
 * @param location the path of what it makes, if that has one
 * @param answer what is written as the answer's JSON
 */
public record PreparedSubmission(
        Submission submission, @Nullable String location, Object answer) {}
