package io.agentorchestrator.api.submission;

import io.agentorchestrator.workflows.forecast.TypeTimes;

/**
 * The times by which paths through DAGs are measured, and what that is for.
 *
 * @param times as workers have measured them
 * @param orders whether tasks of a DAG go in the order of their paths: flag {@code dag_optimization}
 * @param tells whether paths, slack and finishes are told by measured times: flag {@code critical_path_analysis}
 */
public record PathPolicy(TypeTimes times, boolean orders, boolean tells) {
    /** The times by which something may be told; none where that is turned off. */
    public TypeTimes told() {
        return tells ? times : TypeTimes.NONE;
    }
}
