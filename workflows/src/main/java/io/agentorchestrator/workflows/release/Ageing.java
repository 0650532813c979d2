package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The speed at which waiting tasks rise: the priority factor and the age factor of Slurm's multifactor plugin, of which the age counts in time waited, so
 * that no task has to be rated twice.
 *
 * <p>A priority is worth a head start, and a task's {@link Rank} is {@code queued − head start}, the lowest first:
 *
 * <pre>
 * head start = step × 60 (CRITICAL), 2 (HIGH), 1 (NORMAL), ½ (LOW), 0 (BACKGROUND)
 * queued     = min(queued_at, max(submitted_at, queued_at − step / 12))
 * </pre>
 *
 * <p>So a NORMAL task that has waited for a step is level with a HIGH one that comes then. A task that waited for others of its DAG stands where the
 * DAG stands, up to a twelfth of a step back, which lifts no task over a better priority.
 *
 * @param step more than zero
 */
public record Ageing(Duration step) {
    /** The ageing unless somebody has set another. */
    public static final Ageing STANDARD = new Ageing(Duration.ofHours(12));

    private static final int CRITICAL_STEPS = 60;
    private static final int STEPS_TO_LOOK_BACK = 12;
    private static final int EQUALS_IN_A_STEP = 4;

    public Ageing {
        if (step.toMillis() <= 0) {
            throw new IllegalArgumentException("a step takes time, not " + step);
        }
    }

    /** The time for which a task of no priority has to have waited to be level with one of this that comes then. */
    public Duration headStart(Priority priority) {
        return switch (priority) {
            case CRITICAL -> step.multipliedBy(CRITICAL_STEPS);
            case HIGH -> step.multipliedBy(2);
            case NORMAL -> step;
            case LOW -> step.dividedBy(2);
            case BACKGROUND -> Duration.ZERO;
        };
    }

    /** The rank of a task that is queued at this time. The database computes the same ({@code queue_rank}). */
    public Rank rank(Priority priority, Instant queuedAt, Instant submittedAt, UUID taskId) {
        long at = queuedAt.toEpochMilli();
        long back = at - step.toMillis() / STEPS_TO_LOOK_BACK;
        long queued = Math.min(at, Math.max(submittedAt.toEpochMilli(), back));
        return new Rank(queued - headStart(priority).toMillis(), taskId);
    }

    /** The distance within which ranks count as equal: half of the least distance between two priorities, so that a fresh task is equal to its like only. */
    public Duration equal() {
        return step.dividedBy(EQUALS_IN_A_STEP);
    }
}
