package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.Excerpt;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import org.jspecify.annotations.Nullable;

/** The search attributes of runs, all of type Keyword. A namespace must have them before a run may carry them. */
public final class RunAttributes {
    /** Whose run it is. */
    public static final SearchAttributeKey<String> TENANT = SearchAttributeKey.forKeyword("OrchestratorTenant");
    /** The name of the DAG; groups have none. */
    public static final SearchAttributeKey<String> DAG_NAME = SearchAttributeKey.forKeyword("OrchestratorDagName");
    /** The run's status; Temporal's own knows no PAUSED. */
    public static final SearchAttributeKey<String> STATUS = SearchAttributeKey.forKeyword("OrchestratorStatus");

    /** A column of Temporal's visibility store holds no longer one. */
    static final int MAX_KEYWORD_LENGTH = 255;

    private RunAttributes() {}

    /**
     * The attributes with which a run is started. Values are cut to {@value #MAX_KEYWORD_LENGTH} characters.
     *
     * @param tenant {@link RunInput#NO_TENANT} for a group of several tenants' tasks, which has no such attribute
     * @param dagName null for a group
     * @param status a {@code RunStatus} by name, as clients see it
     */
    public static SearchAttributes of(String tenant, @Nullable String dagName, String status) {
        SearchAttributes.Builder attributes = SearchAttributes.newBuilder().set(STATUS, bounded(status));
        if (!tenant.equals(RunInput.NO_TENANT)) {
            attributes.set(TENANT, bounded(tenant));
        }
        if (dagName != null && !dagName.isEmpty()) {
            attributes.set(DAG_NAME, bounded(dagName));
        }
        return attributes.build();
    }

    private static String bounded(String value) {
        return Excerpt.beginning(value, MAX_KEYWORD_LENGTH);
    }
}
