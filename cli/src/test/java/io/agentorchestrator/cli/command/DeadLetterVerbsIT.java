package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verbs about what failed, against an API of a few lines. */
class DeadLetterVerbsIT extends AgainstFakeApi {
    private static final String ENTRY = "1700000000000-0";
    private static final String PATH = "/v1/dead-letters/" + ENTRY;
    private static final String LETTER = """
            {"entry_id": "1700000000000-0", "task_id": "t1", "task_type": "simulated", "error_code": "MODEL_REFUSED",
             "error_message": "no\\nway", "attempts": 3, "failed_at": "2026-01-01T00:00:00Z", "state": "OPEN"%s}""";

    @Test
    void listShowsALineForEachEntry() {
        api.answers(
                "GET /v1/dead-letters?state=OPEN&limit=1",
                200,
                "{\"dead_letters\": [" + LETTER.formatted(", \"dag_id\": \"d1\", \"key\": \"nightly\"")
                        + "], \"next_cursor\": \"more\"}");

        assertThat(terminal.orchestrator("dlq", "list", "--limit", "1")).isZero();

        assertThat(terminal.out().lines())
                .anyMatch(line -> line.contains(ENTRY + "  t1    nightly  d1   simulated  MODEL_REFUSED")
                        && line.endsWith("no\\nway"))
                .anyMatch(line -> line.contains("--cursor more"));
    }

    @Test
    void listPassesItsFiltersOnAndSpeaksJson() {
        api.answers(
                "GET /v1/dead-letters?state=ALL&task_type=a.b&error_code=X%26Y&limit=5&cursor=c%3D",
                200, "{\"dead_letters\": []}");
        String[] filters = {
            "dlq",
            "list",
            "--state",
            "ALL",
            "--limit",
            "5",
            "--task-type",
            "a.b",
            "--error-code",
            "X&Y",
            "--cursor",
            "c="
        };

        assertThat(terminal.orchestrator(filters)).isZero();
        assertThat(terminal.out()).contains("No dead letters.");
        filters = Arrays.copyOf(filters, filters.length + 1);
        filters[filters.length - 1] = "--json";
        assertThat(terminal.orchestrator(filters)).isZero();
        assertThat(terminal.out()).contains("\"dead_letters\": []");
    }

    @Test
    void showTellsEverythingAndWhatToDo() {
        api.answers("GET " + PATH, 200, LETTER.formatted(", \"payload\": {\"pages\": 12}"));

        assertThat(terminal.orchestrator("dlq", "show", ENTRY)).isZero();
        assertThat(terminal.out())
                .contains("error_code      MODEL_REFUSED", "\"pages\" : 12")
                .endsWith("./orchestrator dlq reprocess " + ENTRY + "\n");
        assertThat(terminal.orchestrator("dlq", "show", ENTRY, "--json")).isZero();
        assertThat(terminal.out()).contains("\"error_code\": \"MODEL_REFUSED\"");
    }

    @Test
    void showOfATaskOfADagSaysHowThatGoesOn() {
        api.answers("GET " + PATH, 200, LETTER.formatted(", \"dag_id\": \"d1\""));

        assertThat(terminal.orchestrator("dlq", "show", ENTRY)).isZero();

        assertThat(terminal.out()).endsWith("./orchestrator dlq reprocess " + ENTRY + " --resume-dag\n");
    }

    @Test
    void reprocessNamesTheNewTask() {
        api.answers("POST " + PATH + "/reprocess", 202, "{\"entry_id\": \"%s\", \"task_id\": \"t9\"}".formatted(ENTRY));

        assertThat(terminal.orchestrator("dlq", "reprocess", ENTRY)).isZero();

        assertThat(terminal.out()).isEqualTo("t9\n");
        assertThat(terminal.err()).isEqualTo("Follow it with ./orchestrator watch t9\n");
        assertThat(api.requests).containsExactly("POST " + PATH + "/reprocess {}");
    }

    @Test
    void reprocessCanResumeTheDag() {
        api.answers(
                "POST " + PATH + "/reprocess",
                202,
                "{\"entry_id\": \"x\", \"task_id\": \"t9\", \"dag_id\": \"d1\", \"run_number\": 2}");

        assertThat(terminal.orchestrator("dlq", "reprocess", ENTRY, "--resume-dag"))
                .isZero();

        assertThat(terminal.out()).isEqualTo("t9\n");
        assertThat(terminal.err()).contains("run 2", "./orchestrator watch d1");
        assertThat(api.requests).containsExactly("POST " + PATH + "/reprocess {\"resume_dag\":true}");
    }

    @Test
    void reprocessTellsOfATaskThatCannotStandAloneHowItCanGoOn() {
        api.answers(
                "POST " + PATH + "/reprocess", 409, "{\"code\": \"NEEDS_ITS_DAG\", \"detail\": \"it has templates\"}");

        assertThat(terminal.orchestrator("dlq", "reprocess", ENTRY)).isEqualTo(1);

        assertThat(terminal.err()).contains("it has templates", "dlq reprocess " + ENTRY + " --resume-dag");
    }

    @Test
    void reprocessInBulkCountsAndNamesWhatStays() {
        api.answers("POST /v1/dead-letters/reprocess", 202, """
                {"count": 2, "tasks": [{"entry_id": "1-0", "task_id": "a"}, {"entry_id": "2-0", "task_id": "b"}],
                 "skipped": [{"entry_id": "3-0", "code": "NEEDS_ITS_DAG", "message": "it has templates"}]}""");

        assertThat(terminal.orchestrator(
                        "dlq", "reprocess", "--all", "--task-type", "simulated", "--error-code", "X", "--limit", "7"))
                .isZero();

        assertThat(terminal.out())
                .contains("New tasks: 2", "stay as they are: 1", "3-0", "NEEDS_ITS_DAG: it has templates");
        assertThat(api.requests)
                .containsExactly(
                        "POST /v1/dead-letters/reprocess {\"task_type\":\"simulated\",\"error_code\":\"X\",\"limit\":7}");
    }

    @Test
    void reprocessTakesOneEntryOrAllOfThem() {
        for (List<String> wrong : List.of(
                List.of("dlq", "reprocess"),
                List.of("dlq", "reprocess", ENTRY, "--all"),
                List.of("dlq", "reprocess", "--all", "--resume-dag"),
                List.of("dlq", "reprocess", ENTRY, "--limit", "3"))) {
            assertThat(terminal.orchestrator(wrong.toArray(String[]::new)))
                    .as(wrong.toString())
                    .isEqualTo(2);
        }
        assertThat(api.requests).isEmpty();
    }

    @Test
    void deleteInBulkTakesTheFiltersAndCounts() {
        api.answers("DELETE /v1/dead-letters?state=OPEN", 200, "{\"count\":  1000, \"more\": true}");
        api.answers(
                "DELETE /v1/dead-letters?state=OPEN&task_type=a.b&error_code=X%26Y&limit=7",
                200, "{\"count\": 7, \"more\": false}");

        assertThat(terminal.orchestrator("dlq", "delete", "--all")).isZero();
        assertThat(terminal.orchestrator(
                        "dlq", "delete", "--all", "--task-type", "a.b", "--error-code", "X&Y", "--limit", "7"))
                .isZero();
        assertThat(terminal.orchestrator("dlq", "delete", "--all", "--json")).isZero();

        assertThat(terminal.out())
                .isEqualTo(
                        "Deleted: 1000\nThere are more; the same again deletes them, too.\nDeleted: 7\n{\"count\":  1000, \"more\": true}");
    }

    @Test
    void deleteTakesOneEntryOrAllOfThem() {
        for (List<String> wrong : List.of(
                List.of("dlq", "delete"),
                List.of("dlq", "delete", ENTRY, "--all"),
                List.of("dlq", "delete", "--task-type", "a"),
                List.of("dlq", "delete", ENTRY, "--error-code", "X"))) {
            assertThat(terminal.orchestrator(wrong.toArray(String[]::new)))
                    .as(wrong.toString())
                    .isEqualTo(2);
        }
        assertThat(api.requests).isEmpty();
    }

    @Test
    void deleteAndRebuildSayWhatHappened() {
        api.answers("DELETE " + PATH, 204, "");
        api.answers("GET " + PATH, 200, LETTER.formatted("").replace("OPEN", "DELETED"));
        api.answers("POST /v1/dead-letters/rebuild", 202, "{\"stream\": \"task_dead_letter_queue\", \"open\": 12}");

        assertThat(terminal.orchestrator("dlq", "delete", ENTRY)).isZero();
        assertThat(terminal.orchestrator("dlq", "rebuild")).isZero();
        assertThat(terminal.orchestrator("dlq", "rebuild", "--json")).isZero();

        assertThat(terminal.out())
                .contains(ENTRY + " is deleted.", "task_dead_letter_queue is written anew, with 12 entries")
                .contains("\"open\": 12");
    }

    @Test
    void deleteSaysWhatIsNotOpen() {
        api.answers("DELETE " + PATH, 204, "");
        api.answers("GET " + PATH, 200, LETTER.formatted("").replace("OPEN", "REPROCESSED"));

        assertThat(terminal.orchestrator("dlq", "delete", ENTRY)).isZero();
        assertThat(terminal.orchestrator("dlq", "delete", ENTRY, "--json")).isZero();

        assertThat(terminal.out())
                .contains(ENTRY + " is not open and stays as it is: REPROCESSED.")
                .contains("\"REPROCESSED\"");
    }

    @Test
    void whatIsNoEntryIsToldWithTheWayOut() {
        for (String verb : List.of("show", "reprocess", "delete")) {
            assertThat(terminal.orchestrator("dlq", verb, "9-9")).as(verb).isEqualTo(1);
            assertThat(terminal.orchestrator("dlq", verb, "../x")).as(verb).isEqualTo(2);
        }
        assertThat(terminal.err().lines())
                .filteredOn(line -> line.contains("knows no dead letter `9-9`") && line.contains("dlq list"))
                .hasSize(3);
        assertThat(terminal.err().lines())
                .filteredOn(line -> line.contains("`../x` is no id"))
                .hasSize(3);
    }

    @Test
    void retryRunsADagAgain() {
        api.answers(
                "POST /v1/dags/d1/retry",
                202,
                "{\"command_id\": \"c1\", \"dag_id\": \"d1\", \"run_number\": 3, \"tasks\": [\"b\", \"c\"]}");

        assertThat(terminal.orchestrator("retry", "d1")).isZero();
        assertThat(terminal.orchestrator(
                        "retry",
                        "d1",
                        "--from",
                        "b",
                        "--from",
                        "c",
                        "--payload",
                        "b={\"q\": \"x=y\"}",
                        "--reason",
                        "new model",
                        "--json"))
                .isZero();

        assertThat(terminal.out())
                .contains("Run 3 of the DAG begins, with b, c", "./orchestrator watch d1", "\"run_number\": 3");
        assertThat(api.requests)
                .containsExactly(
                        "POST /v1/dags/d1/retry {}",
                        "POST /v1/dags/d1/retry {\"from\":[\"b\",\"c\"],\"payloads\":{\"b\":{\"q\": \"x=y\"}},\"reason\":\"new model\"}");
    }

    @Test
    void retrySaysWhatKeepsADagFromRunningAgain() {
        api.answers("POST /v1/dags/d1/retry", 409, "{\"code\": \"DAG_NOT_ENDED\", \"detail\": \"it is RUNNING\"}");
        api.answers("POST /v1/dags/d2/retry", 409, "{\"code\": \"NOTHING_TO_RERUN\", \"detail\": \"all completed\"}");

        assertThat(terminal.orchestrator("retry", "d1")).isEqualTo(1);
        assertThat(terminal.orchestrator("retry", "d2")).isEqualTo(1);
        assertThat(terminal.orchestrator("retry", "d1", "--payload", "b=[1]")).isEqualTo(2);
        assertThat(terminal.orchestrator("retry", "d1", "--payload", "b={")).isEqualTo(2);
        assertThat(terminal.orchestrator("retry", "t1")).isEqualTo(1);
        assertThat(terminal.orchestrator("retry", "t2")).isEqualTo(1);
        assertThat(terminal.orchestrator("retry", "d9")).isEqualTo(1);

        assertThat(terminal.err())
                .contains("it is RUNNING", "./orchestrator watch d1", "all completed", "--from KEY")
                .contains(
                        "The payload of `b` is no JSON object",
                        "The payload of `b` is no JSON, at or before character 2")
                .contains("its DAG is d1", "`t2` is a task of no DAG", "knows no DAG `d9`");
    }
}
