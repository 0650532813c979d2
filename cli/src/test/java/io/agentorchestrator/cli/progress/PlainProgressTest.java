package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PlainProgress progress = new PlainProgress(Console.ofOutput(bytes), Runs.TEN_SECONDS_IN);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsOneLinePerChange() {
        progress.show(Runs.of("RUNNING", Runs.task("a", "RUNNING"), Runs.task("b", "WAITING")));
        progress.show(Runs.of("RUNNING", Runs.task("a", "RUNNING"), Runs.task("b", "WAITING")));
        progress.show(Runs.of("RUNNING", Runs.completed("a", "", "{}"), Runs.task("b", "WAITING")));

        assertThat(printed().lines())
                .containsExactly("[10 s] a RUNNING", "[10 s] b WAITING", "[10 s] a COMPLETED after 2.5 s");
    }

    @Test
    void showsEveryFurtherAttempt() {
        progress.show(Runs.of("RUNNING", Runs.failed("a")));

        assertThat(printed()).contains("a FAILED (attempt 3) after 1.0 s");
    }

    @Test
    void aLargeRunShowsCountsOnly() {
        progress.show(Runs.of("RUNNING", Runs.many(PlainProgress.MAX_TASKS + 1, "QUEUED")));

        assertThat(printed().lines()).containsExactly("[10 s] 0 of 101 tasks ended: 101 queued");
    }

    @Test
    void aLargeRunTellsOnceWhatItsTasksWaitFor() {
        List<String> tasks = new ArrayList<>(List.of(Runs.many(4, "WAITING")));
        tasks.addAll(Runs.manyWaiting(97, "x", "NO_AGENT", "no live agent serves the type 'x'"));
        tasks.add(Runs.waiting("r1", "QUEUED", "RETRY_AT", "attempt 2 of 3 begins at ten"));
        tasks.add(Runs.waiting("r2", "QUEUED", "RETRY_AT", "attempt 3 of 3 begins at eleven"));
        tasks.add(Runs.waiting("q", "QUEUED", "QUEUED", "it waits for its turn"));
        progress.show(Runs.of("RUNNING", tasks.toArray(String[]::new)));
        progress.show(Runs.of("RUNNING", tasks.toArray(String[]::new)));

        assertThat(printed().lines())
                .containsExactly(
                        "[10 s] 0 of 104 tasks ended: 100 queued, 4 waiting",
                        "[10 s] 97 tasks wait: NO_AGENT: no live agent serves the type 'x'",
                        "[10 s] 2 tasks wait, such as r1: RETRY_AT: attempt 2 of 3 begins at ten");
    }

    @Test
    void aLargeRunTellsSoManyReasonsOnly() {
        List<String> tasks = new ArrayList<>(List.of(Runs.many(PlainProgress.MAX_TASKS, "WAITING")));
        for (int type = 0; type <= PlainProgress.MAX_REASONS; type++) {
            tasks.addAll(Runs.manyWaiting(1, "x" + type, "NO_AGENT", "no live agent"));
        }
        progress.show(Runs.of("RUNNING", tasks.toArray(String[]::new)));
        progress.show(Runs.of("RUNNING", tasks.toArray(String[]::new)));

        assertThat(printed().lines())
                .hasSize(1 + PlainProgress.MAX_REASONS + 1)
                .contains("[10 s] 1 task waits: NO_AGENT: no live agent")
                .last()
                .asString()
                .contains("./orchestrator get");
    }

    @Test
    void tellsWhenADagIsPausedAndGoesOn() {
        for (String status : List.of("RUNNING", "PAUSED", "PAUSED", "RUNNING", "COMPLETED")) {
            progress.show(Runs.of(status, Runs.task("a", "RUNNING")));
        }

        assertThat(printed().lines()).containsExactly("[10 s] a RUNNING", "[10 s] demo PAUSED", "[10 s] demo RUNNING");
    }

    @Test
    void tellsOnceWhatATaskWaitsForThatSomebodyMayWantToChange() {
        for (String reason : List.of("QUEUED", "NO_AGENT", "QUEUED", "NO_AGENT", "AGENTS_FULL", "DISPATCHED")) {
            progress.show(Runs.of("RUNNING", Runs.waiting("a", "QUEUED", reason, "no \\u001b[31mx")));
        }
        progress.show(Runs.of("RUNNING", Runs.task("a", "RUNNING")));
        progress.show(Runs.of("RUNNING", Runs.waiting("a", "QUEUED", "NO_AGENT", "again")));

        assertThat(printed().lines())
                .containsExactly(
                        "[10 s] a QUEUED",
                        "[10 s] a QUEUED  NO_AGENT (place 1,234): no \\u001b[31mx",
                        "[10 s] a QUEUED  AGENTS_FULL (place 1,234): no \\u001b[31mx",
                        "[10 s] a RUNNING",
                        "[10 s] a QUEUED  NO_AGENT (place 1,234): again");
    }

    @Test
    void containsNoControlCharacters() {
        progress.show(Runs.of("RUNNING", Runs.task("a", "RUNNING")));
        progress.close();

        assertThat(printed()).doesNotContain("\u001b").doesNotContain("\r");
    }
}
