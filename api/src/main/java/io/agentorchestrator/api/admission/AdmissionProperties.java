package io.agentorchestrator.api.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The bounds of admission.
 *
 * @param committers commits that may be under way at once
 * @param pace between the beginnings of two commits of one committer at least: what arrives meanwhile goes together. A submission that
 *     finds a committer at rest does not wait
 * @param maxTasksPerCommit a commit takes no further submission once it has so many tasks
 * @param maxCharsPerCommit nor once its payloads have so many characters
 * @param maxQueuedTasks tasks that wait for a commit at most
 * @param maxQueuedChars characters of their payloads at most
 * @param maxWait how long a submission waits for its commit
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.admission", ignoreUnknownFields = false)
public record AdmissionProperties(
        @Min(1) @Max(16) int committers,
        @NotNull Duration pace,
        @Min(1) @Max(10_000) int maxTasksPerCommit,
        @Min(1) long maxCharsPerCommit,
        @Min(1) int maxQueuedTasks,
        @Min(1) long maxQueuedChars,
        @NotNull Duration maxWait) {}
