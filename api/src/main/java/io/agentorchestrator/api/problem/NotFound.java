package io.agentorchestrator.api.problem;

/** Problems of ids that name nothing of the caller's tenant. */
public final class NotFound {
    private NotFound() {}

    public static ProblemException task(String id) {
        return of(ProblemCode.TASK_NOT_FOUND, "task", id);
    }

    public static ProblemException dag(String id) {
        return of(ProblemCode.DAG_NOT_FOUND, "DAG", id);
    }

    public static ProblemException command(String id) {
        return of(ProblemCode.COMMAND_NOT_FOUND, "command", id);
    }

    private static ProblemException of(ProblemCode code, String what, String id) {
        return new ProblemException(code, "there is no %s '%s'".formatted(what, Shown.text(id)));
    }
}
