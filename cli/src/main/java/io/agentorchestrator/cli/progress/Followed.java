package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ServerEvent;

/**
 * A DAG's run or a task that is followed, and the paths at which the API tells about it.
 *
 * @param id by which the user knows it
 * @param isTask whether it is a task
 * @param dagId the DAG itself, or that of the task; empty for a standalone task, whose changes the tenant's stream tells
 */
public record Followed(String id, boolean isTask, String dagId) {
    /** A DAG's run. */
    public static Followed dag(String id) {
        return new Followed(id, false, id);
    }

    /** A task of a DAG, or of none where that id is empty. */
    public static Followed task(String id, String dagId) {
        return new Followed(id, true, dagId);
    }

    /** Where its status is read. */
    public String statusPath() {
        return (isTask ? "/v1/tasks/" : "/v1/dags/") + id;
    }

    /** Where its changes are told. */
    String eventsPath() {
        return replayed() ? "/v1/dags/" + dagId + "/events" : "/v1/events";
    }

    /** Tells whether the events begin with its own first one; else they begin now. */
    boolean replayed() {
        return !dagId.isEmpty();
    }

    /** Its status, as the API answered. */
    RunView view(ApiAnswer answer) {
        return isTask ? RunView.ofTask(answer.as(Answers.Task.class)) : RunView.of(answer.as(Answers.Dag.class));
    }

    /** Tells whether an event of the stream is about it. */
    boolean concerns(ServerEvent event) {
        return !isTask || (event.name().equals("task") && id.equals(event.told().taskId()));
    }

    /** Tells whether an event that is about it has the status of the whole. */
    boolean toldBy(ServerEvent event) {
        return isTask || event.name().equals("dag");
    }
}
