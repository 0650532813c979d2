package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveProgressTest {
    private static final Screen SCREEN = new Screen(24, 60);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LiveProgress progress =
            new LiveProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), Runs.TEN_SECONDS_IN, () -> SCREEN);

    private static List<String> withoutColour(List<String> lines) {
        return lines.stream().map(line -> line.replaceAll("\u001b\\[\\d*m", "")).toList();
    }

    @Test
    void oneLinePerTaskWithStateAndDuration() {
        RunView run = Runs.of(
                "RUNNING", Runs.completed("list", "", "{}"), Runs.task("report", "RUNNING"), Runs.failed("bad"));

        assertThat(withoutColour(progress.lines(run, SCREEN)))
                .containsExactly(
                        "demo  RUNNING  2/3  10 s",
                        "✔ list   COMPLETED 2.5 s",
                        "⠋ report RUNNING   5.0 s",
                        "✘ bad    FAILED    1.0 s  attempt 3  BAD_INPUT");
    }

    @Test
    void redrawsInPlace() {
        RunView run = Runs.of("RUNNING", Runs.task("a", "RUNNING"), Runs.task("b", "WAITING"));
        progress.show(run);
        bytes.reset();
        progress.show(run);

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("\u001b[3A\r")
                .contains("⠙");
    }

    @Test
    void manyTasksBecomeABar() {
        RunView run = Runs.of("RUNNING", Runs.many(LiveProgress.MAX_TASKS + 1, "COMPLETED"));

        assertThat(progress.lines(run, SCREEN)).hasSize(3).last().isEqualTo("21 completed");
        assertThat(progress.lines(run, SCREEN).get(1)).isEqualTo("█".repeat(40) + " 100 %");
    }

    @Test
    void tasksThatDoNotFitTheScreenBecomeABar() {
        RunView run = Runs.of("RUNNING", Runs.many(8, "WAITING"));

        assertThat(progress.lines(run, new Screen(10, 60))).hasSize(3);
        assertThat(progress.lines(run, new Screen(24, 60))).hasSize(9);
    }

    @Test
    void noLineIsWiderThanTheScreen() {
        RunView run = Runs.of("RUNNING", Runs.task("a-key-that-is-much-longer-than-any-screen-would-like", "RUNNING"));

        assertThat(withoutColour(progress.lines(run, new Screen(24, 30))))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(30));
    }

    @Test
    void anUnknownTerminalHasTheUsualSize() {
        assertThat(Screen.parse("50 132\n")).isEqualTo(new Screen(50, 132));
        assertThat(Screen.parse("0 0")).isEqualTo(Screen.DEFAULT);
        assertThat(Screen.parse("stty: no tty")).isEqualTo(Screen.DEFAULT);
    }
}
