package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.console.Console;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.Drawing;
import io.agentorchestrator.cli.console.Screen;
import io.agentorchestrator.cli.console.TerminalEmulator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveProgressTest {
    private static final Screen SCREEN = new Screen(24, 60);
    private static final RunView WIDE = Runs.of(
            "RUNNING",
            Runs.completed("取得", "", "{}"),
            Runs.task("a-key-that-is-rather-long-for-a-narrow-terminal", "RUNNING"),
            Runs.failed("cafe\\u0301 ❤️ 👍🏽"),
            Runs.task("\\u001b[2J\\u001b]0;owned\\u0007\\nnot a line of its own\\u202e", "WAITING"));

    private static List<String> text(List<Drawing.Line> lines) {
        return lines.stream().map(line -> line.mark() + line.text()).toList();
    }

    private static LiveProgress on(TerminalEmulator terminal, boolean coloured, Screen screen) {
        return new LiveProgress(Console.ofOutput(terminal), coloured, Runs.TEN_SECONDS_IN, () -> screen);
    }

    /** What stands on a screen after three drawings. */
    private static List<String> drawn(RunView run, Screen screen) {
        TerminalEmulator terminal = new TerminalEmulator(screen.columns());
        LiveProgress progress = on(terminal, true, screen);
        progress.show(run);
        progress.show(run);
        progress.show(run);
        return terminal.rows().stream().filter(row -> !row.isEmpty()).toList();
    }

    @Test
    void oneLinePerTaskWithStateAndDuration() {
        RunView run = Runs.of(
                "RUNNING", Runs.completed("list", "", "{}"), Runs.task("report", "RUNNING"), Runs.failed("bad"));

        assertThat(text(on(new TerminalEmulator(60), true, SCREEN).lines(run, SCREEN)))
                .containsExactly(
                        "demo  RUNNING  2/3  10 s",
                        "✔ list   COMPLETED 2.5 s",
                        "⠋ report RUNNING   5.0 s",
                        "✘ bad    FAILED    1.0 s  attempt 3  BAD_INPUT");
    }

    @Test
    void standsInItsPlaceOn20Columns() {
        assertThat(drawn(WIDE, new Screen(24, 20)))
                .containsExactly(
                        "demo  RUNNING  2/4",
                        "✔ 取得    COMPLETED",
                        "⠹ a-key-… RUNNING",
                        "✘ cafe\u0301 …  FAILED",
                        "· \\u001b… WAITING");
    }

    @Test
    void standsInItsPlaceOn40Columns() {
        assertThat(drawn(WIDE, new Screen(24, 40)))
                .containsExactly(
                        "demo  RUNNING  2/4  10 s",
                        "✔ 取得           COMPLETED 2.5 s",
                        "⠹ a-key-that-is… RUNNING   5.0 s",
                        "✘ cafe\u0301 ❤️ 👍🏽   FAILED    1.0 s",
                        "· \\u001b[2J\\u00… WAITING");
    }

    @Test
    void standsInItsPlaceOn80Columns() {
        assertThat(drawn(WIDE, new Screen(24, 80)))
                .containsExactly(
                        "demo  RUNNING  2/4  10 s",
                        "✔ 取得                                     COMPLETED 2.5 s",
                        "⠹ a-key-that-is-rather-long-for-a-narrow-… RUNNING   5.0 s",
                        "✘ cafe\u0301 ❤️ 👍🏽                             FAILED    1.0 s  attempt 3  BAD_INP…",
                        "· \\u001b[2J\\u001b]0;owned\\u0007\\nnot a li… WAITING");
    }

    @Test
    void standsInItsPlaceOn200Columns() {
        assertThat(drawn(WIDE, new Screen(24, 200)))
                .containsExactly(
                        "demo  RUNNING  2/4  10 s",
                        "✔ 取得                                                       COMPLETED 2.5 s",
                        "⠹ a-key-that-is-rather-long-for-a-narrow-terminal            RUNNING   5.0 s",
                        "✘ cafe\u0301 ❤️ 👍🏽                                               FAILED    1.0 s  attempt 3  BAD_INPUT",
                        "· \\u001b[2J\\u001b]0;owned\\u0007\\nnot a line of its own\\u202e WAITING");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 20, 21, 40, 80, 200})
    void noLineIsWiderThanTheScreenWhateverItsNames(int columns) {
        Screen screen = new Screen(24, columns);

        List<String> rows = drawn(WIDE, screen);

        assertThat(rows).hasSizeLessThanOrEqualTo(WIDE.tasks().size() + 1);
        assertThat(rows).allSatisfy(row -> assertThat(DisplayWidth.of(row)).isLessThanOrEqualTo(Math.max(2, columns)));
    }

    @Test
    void tellsWhatATaskWaitsForAsFarAsThereIsRoom() {
        RunView run = Runs.of("RUNNING", Runs.waiting("a", "QUEUED", "NO_AGENT", "no agent serves \\u001b[31mx"));

        assertThat(drawn(run, new Screen(24, 80)).getLast())
                .isEqualTo("· a QUEUED      NO_AGENT (place 1,234): no agent serves \\u001b[31mx");
        assertThat(drawn(run, new Screen(24, 40)).getLast()).isEqualTo("· a QUEUED      NO_AGENT (place 1,234)…");
        assertThat(drawn(run, new Screen(24, 20)).getLast()).isEqualTo("· a QUEUED");
    }

    @Test
    void underABarTheReasonsAreCounted() {
        String[] tasks = Runs.many(25, "RUNNING");
        tasks[0] = Runs.waiting("a", "QUEUED", "NO_AGENT", "");
        tasks[1] = Runs.waiting("b", "WAITING", "DEPENDENCIES", "");
        tasks[2] = Runs.waiting("c", "WAITING", "DEPENDENCIES", "");

        assertThat(drawn(Runs.of("RUNNING", tasks), SCREEN).getLast()).isEqualTo("waiting: 2 dependencies, 1 no agent");
    }

    @ParameterizedTest
    @CsvSource({"20, 21", "40, 21", "80, 40", "200, 40"})
    void manyTasksBecomeABarOnEveryWidth(int columns, int tasks) {
        RunView run = Runs.of("RUNNING", Runs.many(tasks, "COMPLETED"));

        List<String> rows = drawn(run, new Screen(24, columns));

        assertThat(rows).hasSize(3).last().isEqualTo(tasks + " completed");
        assertThat(rows.get(1)).matches("█+ 100 %");
        assertThat(rows.get(1).indexOf(' ')).isEqualTo(Math.min(40, columns - 7));
    }

    @Test
    void tasksThatDoNotFitTheScreenBecomeABar() {
        RunView run = Runs.of("RUNNING", Runs.many(8, "WAITING"));

        assertThat(drawn(run, new Screen(10, 60))).hasSize(3);
        assertThat(drawn(run, new Screen(24, 60))).hasSize(9);
        assertThat(drawn(run, new Screen(2, 60))).hasSize(1);
        assertThat(drawn(run, new Screen(1, 60))).hasSize(1);
    }

    @Test
    void redrawsInPlace() {
        TerminalEmulator terminal = new TerminalEmulator(60);
        LiveProgress progress = on(terminal, true, SCREEN);
        RunView run = Runs.of("RUNNING", Runs.task("a", "RUNNING"), Runs.task("b", "WAITING"));
        progress.show(run);
        terminal.reset();
        progress.show(run);

        assertThat(terminal.written()).startsWith("\u001b[3A\r").contains("⠙");
    }

    @Test
    void aNameIsShortenedBeforeTheStatus() {
        RunView run = Runs.named("部署".repeat(20), "RUNNING", Runs.task("a", "RUNNING"));

        assertThat(drawn(run, new Screen(24, 80)).getFirst()).startsWith("部署部署").endsWith("…  RUNNING  0/1  10 s");
        assertThat(drawn(run, new Screen(24, 80))).hasSize(2);
    }

    @Test
    void withoutColoursNothingButTheCursorIsSteered() {
        TerminalEmulator terminal = new TerminalEmulator(60);
        LiveProgress progress = on(terminal, false, SCREEN);
        progress.show(WIDE);
        progress.show(WIDE);
        progress.close();

        assertThat(terminal.written()).contains("\u001b[5A").doesNotContainPattern("\u001b\\[[0-9;]*m");
    }

    @Test
    void anUnknownTerminalHasTheUsualSize() {
        assertThat(Screen.parse("50 132\n")).isEqualTo(new Screen(50, 132));
        assertThat(Screen.parse("24 20\n")).isEqualTo(new Screen(24, 20));
        assertThat(Screen.parse("0 0")).isEqualTo(Screen.DEFAULT);
        assertThat(Screen.parse("stty: no tty")).isEqualTo(Screen.DEFAULT);
    }
}
