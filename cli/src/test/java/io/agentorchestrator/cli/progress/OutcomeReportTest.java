package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeReportTest {
    private static List<String> lines(RunView run) {
        return new OutcomeReport(Runs.TEN_SECONDS_IN).lines(run, "http://api/v1/dags/d1");
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
    void aSingleLastTasksResultStandsAlone() {
        RunView run = Runs.of(
                "COMPLETED",
                Runs.completed("list", "", "{\"files\": 3}"),
                Runs.completed("report", "\"list\"", "{\"report\": \"/r.md\"}"));

        assertThat(lines(run)).contains("report: /r.md").doesNotContain("files: 3");
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
