package io.agentorchestrator.store.budget;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The budget of a tenant, or of the installation, for each hour or day by UTC.
 *
 * @param name {@value #INSTALLATION} is the installation's; all others are their tenant's own
 * @param costMicroUsd null: money is not limited
 * @param tokens null: tokens are not limited
 * @param heldBackFirst priorities that may use only a part of it
 */
public record PeriodBudget(
        String name,
        Period period,
        @Nullable Long costMicroUsd,
        @Nullable Long tokens,
        List<Priority> heldBackFirst,
        Instant updatedAt,
        String updatedBy) {
    public static final String INSTALLATION = "installation";

    /** The priorities that are held back first unless somebody says otherwise. */
    public static final List<Priority> HELD_BACK_FIRST = List.of(Priority.LOW, Priority.BACKGROUND);

    public PeriodBudget {
        heldBackFirst = List.copyOf(heldBackFirst);
    }

    /** The time that a budget is for, which begins with the hour or the day. */
    public enum Period {
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1));

        private final Duration length;

        Period(Duration length) {
            this.length = length;
        }

        public Duration length() {
            return length;
        }

        /** The period of this length; empty if there is none. */
        public static Optional<Period> of(Duration length) {
            return List.of(values()).stream()
                    .filter(period -> period.length.equals(length))
                    .findFirst();
        }
    }
}
