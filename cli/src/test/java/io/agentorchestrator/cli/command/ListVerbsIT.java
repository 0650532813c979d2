package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, validation, agents, reasons and refusals, against an API of a few lines. */
class ListVerbsIT extends AgainstFakeApi {
    private static final String WILD = "\\u001b]0;owned\\u0007\\nb\\u202e\\u009b1m";
    private static final String SHOWN = "\\u001b]0;owned\\u0007\\nb\\u202e\\u009b1m";

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(directory.resolve("dag.yaml"), "inputs: {n: 1}\ntasks: [{key: a, task_type: simulated}]\n");
    }

    @Test
    void listShowsDags() {
        api.answers(
                "GET /v1/dags?status=FAILED&name=nightly&label=a%3Db&label=c%3Dd&limit=1", 200, """
                {"dags": [{"dag_id": "d1", "name": "%s", "status": "FAILED", "run_number": 2, "task_count": 3, "open_count": 0,
                 "failed_count": 1, "created_at": "2026-01-01T00:00:00Z"}], "next_cursor": "more"}""".formatted(WILD));
        String[] words = {
            "list", "--status", "FAILED", "--name", "nightly", "--label", "a=b", "--label", "c=d", "--limit", "1"
        };

        assertThat(terminal.orchestrator(words)).isZero();

        assertThat(terminal.out().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("d1   " + SHOWN + "  FAILED"))
                .last()
                .asString()
                .contains("--cursor more");
    }

    @ParameterizedTest
    @CsvSource({
        "--type, a.b, task_type=a.b",
        "--dag, d1, dag_id=d1",
        "--priority, HIGH, priority=HIGH",
        "--agent, a-1, agent_id=a-1"
    })
    void aFilterOfTasksListsTasks(String option, String value, String parameter) {
        api.answers("GET /v1/tasks?" + parameter + "&limit=100", 200, """
                {"tasks": [{"task_id": "t1", "key": "a", "task_type": "a.b", "status": "QUEUED", "priority": "HIGH",
                 "created_at": "2026-01-01T00:00:00Z"}]}""");

        assertThat(terminal.orchestrator("list", option, value)).isZero();
        assertThat(terminal.orchestrator("list", "tasks", option, value)).isZero();

        assertThat(terminal.out().lines())
                .hasSize(4)
                .anyMatch(line -> line.matches("t1 +a +a.b +QUEUED +HIGH +- +2026.*-"));
    }

    @Test
    void listGoesOnThroughPagesThatAreShort() {
        api.answers("GET /v1/tasks?agent_id=a-1&limit=2", 200, "{\"tasks\": [], \"next_cursor\": \"p2\"}");
        api.answers(
                "GET /v1/tasks?agent_id=a-1&limit=2&cursor=p2",
                200,
                "{\"tasks\": [{\"task_id\": \"t1\"}], \"next_cursor\": \"p3\"}");
        api.answers(
                "GET /v1/tasks?agent_id=a-1&limit=1&cursor=p3",
                200,
                "{\"tasks\": [{\"task_id\": \"t2\"}], \"next_cursor\": \"p4\"}");

        assertThat(terminal.orchestrator("list", "--agent", "a-1", "--limit", "2"))
                .isZero();

        assertThat(terminal.out().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactly("TASK", "t1", "t2", "There");
    }

    @Test
    void listDoesNotLookForEver() {
        api.answers("GET /v1/tasks?agent_id=a-1&limit=2", 200, "{\"tasks\": [], \"next_cursor\": \"p\"}");
        api.answers("GET /v1/tasks?agent_id=a-1&limit=2&cursor=p", 200, "{\"tasks\": [], \"next_cursor\": \"p\"}");

        assertThat(terminal.orchestrator("list", "--agent", "a-1", "--limit", "2"))
                .isZero();

        assertThat(api.requests).hasSize(50);
        assertThat(terminal.out()).isEqualTo("No such tasks.\nNot all was looked through; go on with --cursor p\n");
    }

    @Test
    void listSaysWhenThereIsNothingAndSpeaksJson() {
        api.answers("GET /v1/dags?limit=100", 200, "{\"dags\":  []}");
        api.answers("GET /v1/tasks?limit=100", 200, "{\"tasks\": []}");

        assertThat(terminal.orchestrator("list")).isZero();
        assertThat(terminal.orchestrator("list", "tasks")).isZero();
        assertThat(terminal.orchestrator("list", "--json")).isZero();
        assertThat(terminal.orchestrator("list", "tasks", "--name", "a")).isEqualTo(2);
        assertThat(terminal.orchestrator("list", "dags", "--type", "simulated", "--dag", "d1"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("--type, --dag: for tasks alone");

        assertThat(terminal.out()).isEqualTo("No such DAGs.\nNo such tasks.\n{\"dags\":  []}");
    }

    @Test
    void validateTellsThePlan() {
        api.answers(
                "POST /v1/dags/validate",
                200,
                "{\"levels\": [[\"a\", \"b\"], [\"c\"]], \"critical_path\": [\"a\", \"c\"]}");

        assertThat(terminal.orchestrator("validate", "dag.yaml", "--input", "n=7e1"))
                .isZero();

        assertThat(terminal.out())
                .contains("dag.yaml is valid; tasks: 3, levels: 2.", "1  a, b", "2  c", "Critical path: a → c");
        assertThat(api.requests).singleElement().asString().contains("inputs: {n: \"7e1\"}");
    }

    @Test
    void aRefusalIsToldOnce() {
        api.answers("POST /v1/dags/validate", 422, """
                {"code": "CYCLE", "detail": "/tasks: a → b → a", "errors": [{"pointer": "/tasks", "message": "a → b → a"}]}""");
        api.answers("POST /v1/dags", 422, """
                {"code": "X", "detail": "/tasks/0: one %s (and 1 more)",
                 "errors": [{"pointer": "/tasks/0", "message": "one %s"}, {"pointer": "", "message": "two"}]}""".formatted(WILD, WILD));

        assertThat(terminal.orchestrator("validate", "dag.yaml")).isEqualTo(1);
        assertThat(terminal.orchestrator("submit", "dag.yaml")).isEqualTo(1);

        assertThat(terminal.err().lines())
                .containsExactly(
                        "The API refused (422 CYCLE): /tasks: a → b → a",
                        "The API refused (422 X):",
                        "  /tasks/0: one " + SHOWN,
                        "  two");
    }

    @Test
    void warningsAreShownBesideTheOutput() {
        String warnings =
                "\"warnings\": [{\"code\": \"NO_AGENT\", \"pointer\": \"/tasks/0\", \"message\": \"none %s\"}]"
                        .formatted(WILD);
        api.answers("POST /v1/dags", 202, "{\"dag_id\": \"d1\", " + warnings + "}");
        api.answers("POST /v1/dags/validate", 200, "{\"levels\": [], " + warnings + "}");

        assertThat(terminal.orchestrator("submit", "dag.yaml")).isZero();
        assertThat(terminal.out()).startsWith("d1\n").doesNotContain("NO_AGENT");
        assertThat(terminal.orchestrator("run", "dag.yaml")).isZero();
        assertThat(terminal.orchestrator("validate", "dag.yaml")).isZero();
        assertThat(terminal.orchestrator("submit", "dag.yaml", "--json")).isZero();

        assertThat(terminal.err().lines())
                .containsExactly(
                        "Warning NO_AGENT at /tasks/0: none " + SHOWN,
                        "Follow it with ./orchestrator watch d1",
                        "Warning NO_AGENT at /tasks/0: none " + SHOWN,
                        "Warning NO_AGENT at /tasks/0: none " + SHOWN);
    }

    @Test
    void ofVeryManyWarningsSomeAreShown() {
        String warning = "{\"code\": \"X\", \"pointer\": \"\", \"message\": \"m\"}";
        api.answers(
                "POST /v1/dags",
                202,
                "{\"dag_id\": \"d1\", \"warnings\": [" + warning + ("," + warning).repeat(99) + "]}");

        assertThat(terminal.orchestrator("submit", "dag.yaml")).isZero();

        assertThat(terminal.err().lines())
                .hasSize(22)
                .element(20)
                .isEqualTo("… and 80 more warnings (--json has them)");
    }

    @Test
    void aTaskAtAnAgentThatIsNotHeardOfSaysSo() {
        api.answers("GET /v1/tasks/t7", 200, """
                {"task_id": "t7", "task_type": "a.b", "status": "RUNNING", "agent_id": "a1"}""");
        api.answers("GET /v1/agents", 200, """
                {"agents": [{"agent_id": "a1", "state": "LOST", "last_heartbeat_at": "2026-01-01T00:00:00Z",
                 "connection": {"state": "SILENT"}}]}""");

        assertThat(terminal.orchestrator("get", "t7")).isZero();

        assertThat(terminal.out()).contains("Agent a1 has not been heard of for ", "since 2026-01-01T00:00:00Z");
    }

    @Test
    void aTaskSaysWhyItDoesNotRun() {
        api.answers("GET /v1/tasks/t7", 200, """
                {"task_id": "t7", "task_type": "a.b", "status": "QUEUED",
                 "waiting": {"reason": "NO_AGENT", "position": 3, "detail": "none %s"}}""".formatted(WILD));

        assertThat(terminal.orchestrator("get", "t7")).isZero();

        assertThat(terminal.out().lines())
                .startsWith("a.b QUEUED, 0.0 s so far")
                .contains("Waiting:      NO_AGENT (place 3): none " + SHOWN);
    }

    @Test
    void submitCanBeRepeated() {
        assertThat(terminal.orchestrator("submit", "dag.yaml", "--idempotency-key", "order-4711"))
                .isZero();
        assertThat(api.lastHeaders.get().getFirst("Idempotency-Key")).isEqualTo("order-4711");
        assertThat(terminal.orchestrator("submit", "dag.yaml")).isZero();
        assertThat(api.lastHeaders.get()).doesNotContainKey("Idempotency-Key");
        assertThat(terminal.orchestrator("submit", "dag.yaml", "--idempotency-key", "a b"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n",
                "=1",
                "n=1 2",
                "n=",
                "n=tru",
                "n={",
                "n=[1,]",
                "n=01",
                "n=1}, w: {",
                "n=\"a",
                "n='a'",
                "n={\"a\":1,\"a\":2}",
                "n=1.10e05 x"
            })
    void whatIsNoInputIsRefused(String wrong) {
        assertThat(terminal.orchestrator("submit", "dag.yaml", "--input-json", wrong))
                .isEqualTo(2);
        assertThat(api.requests).isEmpty();
        assertThat(terminal.err().lines()).hasSize(1);
        assertThat(terminal.err()).contains("--input-json").doesNotContain("token", "Token");
    }

    @Test
    void anInputIsGivenOnce() {
        assertThat(terminal.orchestrator("submit", "dag.yaml", "--input", "n=1", "--input-json", "n=2"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("the input `n` is given twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7e12345",
                "3.10",
                "true",
                "null",
                "{\"a\": 1}",
                "@file",
                "a=b",
                "",
                " x ",
                "-1",
                ".",
                "\"q\"",
                "\u0085"
            })
    void inputsAreTextExactlyAsTyped(String text) throws IOException {
        Files.writeString(directory.resolve("dag.json"), "{\"inputs\": {\"n\": 1}}");

        assertThat(terminal.orchestrator("submit", "dag.json", "--input", "n=" + text))
                .isZero();

        assertThat(new String(api.lastBody.get(), StandardCharsets.UTF_8))
                .isEqualTo("{\"inputs\": {\"n\": " + RandomJson.quoted(text) + "}}");
    }

    @Test
    void newPayloadsKeepTheirNumbers() {
        api.answers("POST /v1/dags/d1/retry", 202, "{\"run_number\": 2}");

        assertThat(terminal.orchestrator("retry", "d1", "--payload", "b={\"n\": 12345678901234567.890, \"e\": 1E5}"))
                .isZero();

        assertThat(new String(api.lastBody.get(), StandardCharsets.UTF_8))
                .isEqualTo("{\"payloads\":{\"b\":{\"n\": 12345678901234567.890, \"e\": 1E5}}}");
    }

    @Test
    void whatPeopleReadIsEscapedAndItsNumbersKeepTheirDigits() {
        String task = """
                {"task_id": "t7", "payload": {"n": 12345678901234567.890, "e": 1E5, "m": "%s"}}""".formatted(WILD);
        api.answers("GET /v1/tasks/t7", 200, task);

        assertThat(terminal.orchestrator("get", "t7")).isZero();
        assertThat(terminal.out())
                .contains("12345678901234567.890", "1E+5", "\\u202e\\u009b1m")
                .doesNotContain("\u001b", "\u202e", "\u009b");
        terminal.takeOut();
        assertThat(terminal.orchestrator("get", "t7", "--json")).isZero();
        assertThat(terminal.takeOut()).isEqualTo(task.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void reasonsAreShown() {
        api.answers(
                "POST /v1/dags/d2/pause", 202, "{\"command_id\": \"c1\", \"kind\": \"PAUSE\", \"reason\": \"first\"}");
        api.answers("GET /v1/commands?dag_id=d1&limit=5", 200, """
                {"commands": [{"kind": "PAUSE", "reason": "look %s", "created_at": "2026-01-01T00:00:00Z"}]}""".formatted(WILD));

        assertThat(terminal.orchestrator("pause", "d2", "--reason", "first")).isZero();
        assertThat(terminal.orchestrator("pause", "d2", "--reason", "second")).isZero();
        assertThat(terminal.orchestrator("get", "d1")).isZero();

        assertThat(terminal.out())
                .contains("Reason: first\n", "the reason of then stays: first")
                .contains("PAUSE at 2026-01-01T00:00:00Z: look " + SHOWN);
    }

    @Test
    void lostAgentsAreShownLastAndRemoved() {
        api.answers("GET /v1/agents", 200, """
                {"agents": [{"agent_id": "a1", "state": "LOST", "agent_types": ["x"], "last_heartbeat_at": "2026-01-01T00:00:00Z"},
                 {"agent_id": "a2", "state": "READY", "agent_types": ["%s", "y"]}]}""".formatted(WILD));
        api.answers("DELETE /v1/agents/a1", 200, "");
        api.answers("DELETE /v1/agents/a2", 401, "{\"code\": \"UNAUTHORIZED\", \"detail\": \"no\"}");

        assertThat(terminal.orchestrator("agents")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(4)
                .anyMatch(line -> line.contains("a1     LOST") && line.contains("2026-01-01"))
                .anyMatch(line -> line.contains(SHOWN + ", y"));
        assertThat(terminal.orchestrator("agents", "remove", "--lost")).isZero();
        assertThat(terminal.orchestrator("agents", "remove", "a2")).isEqualTo(1);
        assertThat(terminal.orchestrator("agents", "remove", "a/9")).isEqualTo(1);
        assertThat(terminal.orchestrator("agents", "remove")).isEqualTo(2);

        assertThat(terminal.out()).contains("Lost: 1.", "a1 is removed.");
        assertThat(terminal.err())
                .contains("`a2` is not removed. ", "no", "ORCHESTRATOR_AGENT_ENROLMENT_TOKEN", "knows no agent `a/9`");
    }

    @ParameterizedTest
    @CsvSource({"No space left on device, true", "Broken pipe, false"})
    void outputThatCannotBeWrittenIsAnExitCode(String why, boolean told) {
        OutputStream lost = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };

        for (String[] words : new String[][] {
            {"--help"},
            {"submit", "dag.yaml"},
            {"submit", "dag.yaml", "--json"},
            {"get", "d1"},
            {"run", "dag.yaml"},
            {"status"},
            {"watch", "d1", "--json"},
            {"down"},
            {"completion"}
        }) {
            api.status.set("COMPLETED");
            api.recalls("RUNNING", "COMPLETED");
            assertThat(terminal.orchestrator(lost, words)).as(words[0]).isEqualTo(74);
        }
        assertThat(terminal.err().contains("could not be written: " + why)).isEqualTo(told);
    }

    @Test
    void completionKnowsTheVerbsAndTheirOptions() {
        assertThat(terminal.orchestrator("completion")).isZero();

        assertThat(terminal.out())
                .contains("complete -F _complete_orchestrator", "validate", "--idempotency-key", "--input-json")
                .doesNotContain("supervise");
    }
}
