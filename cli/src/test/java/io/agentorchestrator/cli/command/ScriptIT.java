package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.console.TerminalEmulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launching script itself, in a checkout of its own, as bash calls it. */
class ScriptIT {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final int LIMIT_SECONDS = 60;
    private static final Map<Integer, List<String>> SCREENS = Map.of(
            20,
            List.of("部署部署部…  FAILED", "✔ übung   COMPLETED", "✘ a-key-… FAILED"),
            40,
            List.of(
                    "部署部署部署部署部…  FAILED  2/2  0.0 s",
                    "✔ übung          COMPLETED 2.5 s",
                    "✘ a-key-that-is… FAILED    1 min 02 s"),
            80,
            List.of(
                    "部署".repeat(14) + "部…  FAILED  2/2  0.0 s",
                    "✔ übung                                    COMPLETED 2.5 s",
                    "✘ a-key-that-is-rather-long-for-a-terminal FAILED    1 min 02 s  attempt 3"),
            200,
            List.of(
                    "部署".repeat(20) + "  FAILED  2/2  0.0 s",
                    "✔ übung                                    COMPLETED 2.5 s",
                    "✘ a-key-that-is-rather-long-for-a-terminal FAILED    1 min 02 s  attempt 3  MODEL_REFUSED"));

    @TempDir
    private Path home;

    private FakeApi api;

    /** What a script printed and how it ended. */
    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void checkout() throws IOException {
        api = new FakeApi();
        Files.createDirectory(home.resolve(".mvn"));
        for (String file : List.of("orchestrator", ".mvn/jdk25.sh")) {
            Files.copy(CHECKOUT.resolve(file), home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createDirectory(home.resolve("cli"));
        Files.createSymbolicLink(home.resolve("cli/help"), CHECKOUT.resolve("cli/help"));
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
        for (String link : List.of("cli/help", "cli/target")) {
            Files.deleteIfExists(home.resolve(link));
        }
    }

    /** This build as if it were that checkout's. */
    private void build() throws IOException {
        Files.createSymbolicLink(home.resolve("cli/target"), CHECKOUT.resolve("cli/target"));
        for (String module : List.of("api", "worker", "agents")) {
            Files.createDirectories(home.resolve(module + "/target/lib"));
            Files.createFile(home.resolve(module + "/target/" + module + "-" + VERSION + ".jar"));
        }
    }

    /** Runs bash on this text, with the script as {@code $O}. */
    private Ran bash(String text) throws IOException, InterruptedException {
        Path script = Files.write(home.resolve("words.sh"), text.getBytes(StandardCharsets.UTF_8));
        Path out = home.resolve("out.txt");
        Path err = home.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(home.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("O", home.resolve("orchestrator").toString());
        builder.environment().put("ORCHESTRATOR_API", api.url());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("LANG");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String sent() {
        return new String(api.lastBody.get(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "submit --help", "dlq list --help", "run --help x", "agents remove -h"})
    void helpNeedsNeitherABuildNorAJdk(String words) throws Exception {
        Ran ran = bash("PATH=/usr/bin:/bin JAVA_HOME= HOME= \"$O\" " + words);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith("Usage: ./orchestrator").contains("Shows this help.");
        assertThat(home.resolve(".orchestrator")).doesNotExist();
    }

    @Test
    void bashCompletesCommandsAndOptionsWithoutABuild() throws Exception {
        Ran ran = bash("""
                source <("$O" completion)
                COMP_WORDS=(./orchestrator submit --idem) COMP_CWORD=2
                _complete_orchestrator
                echo "${COMPREPLY[@]}"
                COMP_WORDS=(./orchestrator va) COMP_CWORD=1
                _complete_orchestrator
                echo "${COMPREPLY[@]}"
                """);

        assertThat(ran.out().lines()).as(ran.err()).containsExactly("--idempotency-key", "validate");
    }

    @Test
    void helpThatCannotBeWrittenIsAnExitCode() throws Exception {
        assertThat(bash("\"$O\" --help >/dev/full").exit()).isEqualTo(74);
        assertThat(bash("\"$O\"").exit()).isEqualTo(2);
    }

    @Test
    void whatIsNotAsciiArrivesWhateverTheLocale() throws Exception {
        build();
        Ran ran = bash("""
                mkdir büro
                cd büro
                printf '{"name": "ü", "inputs": {"v": 1}}' >übung.json
                "$O" submit übung.json --input 'v=Zürich 部署' && "$O" submit übung.json --input v=é
                """);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(sent()).isEqualTo("{\"name\": \"ü\", \"inputs\": {\"v\": \"é\"}}");
        assertThat(api.requests.getFirst()).contains("\"Zürich 部署\"");
    }

    @Test
    void whatIsNotUtf8IsRefused() throws Exception {
        build();
        Ran ran = bash("echo 'inputs: {v: 1}' >a.yaml; \"$O\" submit a.yaml --input v=$'\\xfc'");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("is not UTF-8");
        assertThat(api.requests).isEmpty();
    }

    @Test
    void pipesAreFilesToo() throws Exception {
        build();
        Ran ran = bash("""
                set -e
                printf '\\xef\\xbb\\xbf{"name": "a", "n": 7e12345}' | "$O" submit -
                "$O" submit <(echo 'name: b')
                mkfifo named.yaml
                echo 'name: c' >named.yaml &
                "$O" submit named.yaml
                """);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(api.requests)
                .containsExactly(
                        "POST /v1/dags {\"name\": \"a\", \"n\": 7e12345}",
                        "POST /v1/dags name: b\n",
                        "POST /v1/dags name: c\n");
    }

    /** What stands on a terminal, in each of these locales, when a run has been followed to its end. */
    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void theDisplayFitsTheTerminal(int columns) throws Exception {
        build();
        api.answers("GET /v1/dags/d9", 200, """
                {"dag_id": "d9", "name": "%s", "status": "FAILED", "tasks": [
                 {"key": "\u00fcbung", "status": "COMPLETED", "attempt": 1, "started_at": "2026-01-01T00:00:00Z",
                  "ended_at": "2026-01-01T00:00:02.500Z"},
                 {"key": "a-key-that-is-rather-long-for-a-terminal", "status": "FAILED", "attempt": 3,
                  "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:01:02Z",
                  "error": {"code": "MODEL_REFUSED", "message": "no"}}]}""".formatted("\u90e8\u7f72".repeat(20)));

        for (String locale : List.of("C", "C.UTF-8", "de_DE.ISO-8859-1")) {
            String watch = "stty cols %d rows 24; LC_ALL=%s TERM=xterm $O watch d9".formatted(columns, locale);
            Ran ran = bash("script -qec '" + watch + "' /dev/null");
            TerminalEmulator terminal = new TerminalEmulator(columns);
            terminal.write(ran.out().getBytes(StandardCharsets.UTF_8));

            assertThat(ran.exit()).as(ran.out()).isEqualTo(1);
            assertThat(ran.out()).contains("\u001b[31m✘ \u001b[0m");
            assertThat(terminal.rows().subList(0, 3)).as(locale).isEqualTo(SCREENS.get(columns));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "1, false", "0, false"})
    void noColorLeavesColoursAwayUnlessItIsEmpty(String value, boolean coloured) throws Exception {
        build();
        Ran ran = bash("export NO_COLOR='" + value + "' TERM=xterm; script -qec '$O watch d1' /dev/null");

        assertThat(ran.exit()).as(ran.out()).isZero();
        assertThat(ran.out().contains("\u001b[32m")).isEqualTo(coloured);
        assertThat(ran.out()).contains("\u001b[K");
    }

    @Test
    void aFullDiskOrAClosedPipeIsAnExitCode() throws Exception {
        build();
        Ran ran = bash("""
                "$O" get d1 --json >/dev/full; echo $? >codes
                { "$O" get d1; echo $? >>codes; } | true
                "$O" get d1 >&-; echo $? >>codes
                """);

        assertThat(Files.readAllLines(home.resolve("codes"))).containsExactly("74", "74", "74");
        assertThat(ran.err()).contains("No space left on device");
    }
}
