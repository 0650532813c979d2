package io.agentorchestrator.api.task;

import io.agentorchestrator.api.submission.ExpectedTimes;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.workflows.forecast.TypeTime;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds tasks that cannot meet their deadline even if an agent had them at once, by measured times. Thread-safe. */
@Component
final class DeadlineRisks {
    private final ExpectedTimes times;
    private final Clock clock;

    DeadlineRisks(ExpectedTimes times, Clock clock) {
        this.times = times;
        this.clock = clock;
    }

    /** The risk that the deadline of a task is at; null if it is at none that is known. */
    @Nullable DeadlineRiskView of(TaskFacts task) {
        TypeTimes told = times.policy().told();
        if (task.deadline() == null || task.status().isTerminal() || !told.isKnown(task.taskType())) {
            return null;
        }
        TypeTime.Expected expected = told.expected(task.taskType(), task.estimatedComplexity());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant startedAt = task.attemptStartedAt();
        Instant from = task.status() == TaskStatus.RUNNING && startedAt != null ? startedAt : now;
        return DeadlineRiskView.of(
                task.deadline(), latest(now, from, expected.seconds()), latest(now, from, expected.least()));
    }

    /** The end; one that should have been before is now at the earliest. */
    private static Instant latest(Instant now, Instant from, double seconds) {
        Instant end = from.plus(Duration.ofMillis(Math.round(seconds * 1e3)));
        return end.isBefore(now) ? now : end;
    }
}
