package io.agentorchestrator.workflows.forecast;

import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import java.util.Map;

/** The measured times of types. Immutable. */
public final class TypeTimes {
    /** Nothing was measured. */
    public static final TypeTimes NONE = new TypeTimes(Map.of());

    private final Map<String, TypeTime> byType;

    public TypeTimes(Map<String, TypeTime> byType) {
        this.byType = Map.copyOf(byType);
    }

    /** Tells whether tasks of the type were measured often enough to go by. */
    public boolean isKnown(String type) {
        TypeTime time = byType.get(type);
        return time != null && time.isKnown();
    }

    /**
     * The time that a task is expected to take: by measured times, or as many seconds as its complexity says while its type was never measured.
     *
     * @param complexity estimated, more than 0
     */
    public Expected expected(String type, double complexity) {
        TypeTime time = byType.get(type);
        return time != null && time.isKnown() ? time.of(complexity) : new Expected(complexity, 0, 0);
    }
}
