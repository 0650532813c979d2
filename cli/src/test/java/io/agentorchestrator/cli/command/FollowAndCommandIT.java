package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verbs that follow runs and tasks and that command them, against an API of a few lines. */
class FollowAndCommandIT extends AgainstFakeApi {
    @Test
    void watchShowsARunUntilItsOutcome() {
        api.status.set("RUNNING");
        api.tells("RUNNING", "PAUSED", "RUNNING", "COMPLETED");

        assertThat(terminal.orchestrator("watch", "d1")).isZero();
        assertThat(terminal.out()).contains("a COMPLETED", "demo COMPLETED", "report: /r.md", "/v1/dags/d1");
    }

    @Test
    void watchExitsWithOneWhenTheRunDidNotComplete() {
        api.status.set("CANCELLED");

        assertThat(terminal.orchestrator("watch", "d1")).isEqualTo(1);
        assertThat(terminal.out()).contains("demo CANCELLED");
    }

    @Test
    void watchGoesOnAfterABreakWithEveryEventOnce() {
        api.status.set("RUNNING");
        api.tells("RUNNING", "PAUSED");
        api.tells("RUNNING", "COMPLETED");

        assertThat(terminal.orchestrator("watch", "d1", "--json")).isZero();
        assertThat(terminal.out().lines())
                .containsExactly(
                        "{\"dag_id\":\"d1\",\"run_number\":2,\"status\":\"RUNNING\"}",
                        "{\"dag_id\":\"d1\",\"run_number\":2,\"status\":\"PAUSED\"}",
                        "{\"dag_id\":\"d1\",\"run_number\":2,\"status\":\"RUNNING\"}",
                        "{\"dag_id\":\"d1\",\"run_number\":2,\"status\":\"COMPLETED\"}");
    }

    @Test
    void watchTellsEventsToTheLastEvenWhenTheRunHasLongEnded() {
        api.recalls("RUNNING", "FAILED");
        api.recalls("RUNNING", "COMPLETED");

        assertThat(terminal.orchestrator("watch", "d1", "--json")).isZero();
        assertThat(terminal.out().lines()).hasSize(4).last().asString().contains("COMPLETED");
    }

    @Test
    void watchFollowsAStandaloneTask() {
        api.status.set("RUNNING");
        api.tellsOfTask("t2", "RUNNING", "FAILED");

        assertThat(terminal.orchestrator("watch", "t2")).isEqualTo(1);
        assertThat(terminal.out()).contains("simulated FAILED", "/v1/tasks/t2");
        assertThat(api.requests).contains("GET /v1/events ");
    }

    @Test
    void watchTakesTheEventsOfADagsTaskFromItsDag() {
        api.status.set("RUNNING");
        api.tellsOfTask("t1", "COMPLETED");

        assertThat(terminal.orchestrator("watch", "t1")).isZero();

        assertThat(api.requests).anyMatch(request -> request.startsWith("GET /v1/dags/d1/events"));
    }

    @Test
    void whatNobodyKnowsIsToldWithTheWayOut() {
        for (String verb : new String[] {"watch", "get", "cancel", "pause", "resume"}) {
            assertThat(terminal.orchestrator(verb, "d9")).as(verb).isEqualTo(1);
        }
        assertThat(terminal.err().lines())
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).contains("no DAG and no task `d9`", "/v1/dags"));
    }

    @Test
    void cancelTriesTheDagFirstAndThenTheTask() {
        assertThat(terminal.orchestrator("cancel", "d1", "--reason", "wrong input"))
                .isZero();
        assertThat(terminal.orchestrator("cancel", "t2")).isZero();

        assertThat(api.requests)
                .containsExactly(
                        "POST /v1/dags/d1/cancel {\"reason\":\"wrong input\"}",
                        "POST /v1/dags/t2/cancel {}",
                        "POST /v1/tasks/t2/cancel {}");
        assertThat(terminal.out()).contains("CANCEL is accepted as command c1", "./orchestrator watch t2");
    }

    @Test
    void pauseAndResumeSpeakJson() {
        assertThat(terminal.orchestrator("pause", "d1", "--json")).isZero();
        assertThat(terminal.orchestrator("resume", "d1", "--json")).isZero();

        assertThat(terminal.out()).contains("\"kind\": \"PAUSE\"", "\"kind\": \"RESUME\"", "\"command_id\": \"c1\"");
    }

    @Test
    void aTaskThatIsPausedIsAnsweredWithWhatToDo() {
        assertThat(terminal.orchestrator("pause", "t1")).isEqualTo(1);
        assertThat(terminal.orchestrator("resume", "t2")).isEqualTo(1);

        assertThat(terminal.err()).contains("its DAG is d1", "./orchestrator cancel ends it");
    }

    @Test
    void aCommandThatCameTooLateSaysWhereToLook() {
        assertThat(terminal.orchestrator("cancel", "ended")).isEqualTo(1);

        assertThat(terminal.err()).contains("ALREADY_ENDED", "it is COMPLETED", "./orchestrator get ended");
    }
}
