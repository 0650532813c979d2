package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ServerEvent;

/** What is followed, and where the API tells about it. */
public sealed interface Followed {
    /** The id that the user knows it by. */
    String id();

    /** Where its status is read. */
    String statusPath();

    /** Where its changes are told. */
    String eventsPath();

    /** Whether the events begin with its own first one; else they begin now. */
    boolean replayed();

    /** Its status, as the API answered. */
    RunView view(ApiAnswer answer);

    /** Whether an event of the stream is about it. */
    boolean concerns(ServerEvent event);

    /** Whether an event of the stream tells of the status of the whole. */
    boolean toldBy(ServerEvent event);

    /** A DAG's run. */
    record Dag(String id) implements Followed {
        @Override
        public String statusPath() {
            return "/v1/dags/" + id;
        }

        @Override
        public String eventsPath() {
            return "/v1/dags/" + id + "/events";
        }

        @Override
        public boolean replayed() {
            return true;
        }

        @Override
        public RunView view(ApiAnswer answer) {
            return RunView.of(answer.as(Answers.Dag.class));
        }

        @Override
        public boolean concerns(ServerEvent event) {
            return true;
        }

        @Override
        public boolean toldBy(ServerEvent event) {
            return event.name().equals("dag");
        }
    }

    /**
     * A task.
     *
     * @param dagId the DAG that it belongs to; empty for a standalone task, whose changes the tenant's stream tells
     */
    record Task(String id, String dagId) implements Followed {
        @Override
        public String statusPath() {
            return "/v1/tasks/" + id;
        }

        @Override
        public String eventsPath() {
            return replayed() ? "/v1/dags/" + dagId + "/events" : "/v1/events";
        }

        @Override
        public boolean replayed() {
            return !dagId.isEmpty();
        }

        @Override
        public RunView view(ApiAnswer answer) {
            return RunView.ofTask(answer.as(Answers.Task.class));
        }

        @Override
        public boolean concerns(ServerEvent event) {
            return event.name().equals("task") && id.equals(event.told().taskId());
        }

        @Override
        public boolean toldBy(ServerEvent event) {
            return concerns(event);
        }
    }
}
