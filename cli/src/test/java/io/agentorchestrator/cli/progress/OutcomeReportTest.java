package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.client.Answers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeReportTest {
    private static List<String> lines(RunView run) {
        return new OutcomeReport(Runs.TEN_SECONDS_IN, Integer.MAX_VALUE).lines(run, "http://api/v1/dags/d1");
    }

    @Test
    void tellsEachTaskTheOutcomeTheResultAndWhereToLook() {
        RunView run = Runs.of(
                "FAILED",
                Runs.completed("list", "", "{\"files\": 3}"),
                Runs.completed("report", "\"list\"", "{\"report\": \"/r.md\", \"figures\": [1], \"none\": null}"),
                Runs.failed("bad"));

        assertThat(lines(run))
                .containsExactly(
                        "list    COMPLETED       2.5 s  1 attempt",
                        "report  COMPLETED       2.5 s  1 attempt",
                        "bad     FAILED          1.0 s  3 attempts  BAD_INPUT: no\\nsuch file",
                        "",
                        "demo FAILED in 10 s",
                        "report.report: /r.md",
                        "Temporal: http://ui/d1",
                        "REST:     http://api/v1/dags/d1");
    }

    @Test
    void aSingleLastTasksResultNamesItToo() {
        RunView run = Runs.of(
                "COMPLETED",
                Runs.completed("list", "", "{\"files\": 3}"),
                Runs.completed("report", "\"list\"", "{\"report\": \"/r.md\"}"));

        assertThat(lines(run)).contains("report.report: /r.md").noneMatch(line -> line.contains("files: 3"));
    }

    @Test
    void tellsWhatATaskWaitsForAndWhereOneRuns() {
        RunView run = Runs.of("RUNNING", """
                {"key": "a", "status": "RUNNING", "attempt": 1, "agent_id": "agent-1", "started_at": "2026-01-01T00:00:05Z"}""", Runs.waiting("b", "QUEUED", "NO_AGENT", "no agent serves \\u001b[31mx"));

        assertThat(lines(run))
                .startsWith(
                        "a  RUNNING         5.0 s  1 attempt  at agent-1",
                        "b  QUEUED                 0 attempts  NO_AGENT (place 1,234): no agent serves \\u001b[31mx",
                        "",
                        "demo RUNNING, 10 s so far");
    }

    @Test
    void tellsWhatAgentsReport() {
        String task = """
                {"task_id": "t1", "task_type": "llm", "key": "a", "status": "RUNNING", "attempt": 1, "agent_id": "agent-1",
                 "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:05Z",
                 "placement": {"agent_id": "agent-1", "reason": "ONLY_AGENT", "detail": "the only agent"},
                 "progress": {"fraction": 0.415, "message": "page 4\\u001b[31m"},
                 "usage": {"cost_usd": 12.000001, "input_tokens": 1200, "output_tokens": 300}}""";

        assertThat(lines(Runs.of("RUNNING", task)))
                .startsWith(
                        "a  RUNNING         5.0 s  1 attempt  at agent-1  42 % page 4\\u001b[31m  12.000001 USD, 1,200 tokens in, 300 out");
    }

    @Test
    void aTaskAloneIsCalledByItsKeyWhereItHasOne() {
        String task = """
                {"task_id": "t1", %s "task_type": "llm", "status": "COMPLETED", "created_at": "2026-01-01T00:00:00Z",
                 "ended_at": "2026-01-01T00:00:04Z", "result": {"pages": 3}}""";

        assertThat(lines(RunView.ofTask(
                        Runs.answer(task.formatted("\"key\": \"nightly\",")).as(Answers.Task.class))))
                .contains("nightly COMPLETED in 4.0 s", "nightly.pages: 3");
        assertThat(lines(RunView.ofTask(Runs.answer(task.formatted("")).as(Answers.Task.class))))
                .contains("llm COMPLETED in 4.0 s", "pages: 3");
    }

    @Test
    void aFurtherRunIsNumberedAndItsTimeIsItsOwn() {
        RunView run = Runs.read("""
                {"dag_id": "d1", "name": "demo", "status": "COMPLETED", "run_number": 2, "created_at": "2025-12-31T12:00:00Z",
                 "run_created_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:00:04Z", "tasks": []}""");

        assertThat(lines(run)).contains("demo COMPLETED in 4.0 s (run 2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "80 | list  COMPLETED       2.5 s  1 attempt;bad   FAILED          1.0 s  3 attempts;  BAD_INPUT: a message that is long enough for a second line",
                "38 | list  COMPLETED       2.5 s  1 attempt;bad   FAILED          1.0 s;  3 attempts;  BAD_INPUT: a message that is long enough for a second line",
                "20 | list  COMPLETED;  2.5 s  1 attempt;bad   FAILED;  1.0 s  3 attempts;  BAD_INPUT: a message that is long enough for a second line"
            })
    void aLineBreaksBetweenItsFacts(int columns, String expected) {
        RunView run = Runs.of(
                "FAILED",
                Runs.completed("list", "", "{}"),
                Runs.failed("bad").replace("no\\nsuch file", "a message that is long enough for a second line"));

        assertThat(String.join(";", new OutcomeReport(Runs.TEN_SECONDS_IN, columns).lines(run, "")))
                .startsWith(expected + ";;demo FAILED");
    }

    @Test
    void aLargeRunListsWhatDidNotComplete() {
        String[] tasks = Runs.many(OutcomeReport.MAX_TASKS + 1, "COMPLETED");
        tasks[7] = Runs.failed("odd");

        assertThat(lines(Runs.of("FAILED", tasks)))
                .startsWith(
                        "odd  FAILED          1.0 s  3 attempts  BAD_INPUT: no\\nsuch file",
                        "… and 100 more tasks: 100 completed, 1 failed");
    }
}
