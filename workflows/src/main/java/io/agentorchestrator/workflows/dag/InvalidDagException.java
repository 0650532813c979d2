package io.agentorchestrator.workflows.dag;

import java.util.List;
import java.util.stream.Collectors;

/** Tasks that are not a DAG; says everything that is wrong, up to {@value #MAX_PROBLEMS} problems. */
public final class InvalidDagException extends RuntimeException {
    /** Problems that are told at most. */
    public static final int MAX_PROBLEMS = 100;

    private final transient List<DagProblem> problems;

    InvalidDagException(List<DagProblem> problems) {
        super(problems.stream().map(DagProblem::message).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<DagProblem> problems() {
        return problems;
    }
}
