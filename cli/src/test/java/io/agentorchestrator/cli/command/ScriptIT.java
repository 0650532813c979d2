package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path home;

    private FakeApi api;
    private Checkout checkout;

    /** What a script printed and how it ended. */
    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void open() throws IOException {
        api = new FakeApi();
        checkout = new Checkout(home);
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
        checkout.close();
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
        checkout.build();
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
        checkout.build();
        Ran ran = bash("echo 'inputs: {v: 1}' >a.yaml; \"$O\" submit a.yaml --input v=$'\\xfc'");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("is not UTF-8");
        assertThat(api.requests).isEmpty();
    }

    @Test
    void pipesAreFilesToo() throws Exception {
        checkout.build();
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

    @ParameterizedTest
    @ValueSource(strings = {"submit -", "run -", "validate - --json"})
    void aClosedInputIsNoFile(String words) throws Exception {
        checkout.build();
        Ran ran = bash("\"$O\" " + words + " <&-");

        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err().lines())
                .singleElement()
                .asString()
                .contains("The standard input cannot be read", "pipe one in");
        assertThat(ran.out()).isEmpty();
        assertThat(api.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', true", "1, false", "0, false"})
    void noColorLeavesColoursAwayUnlessItIsEmpty(String value, boolean coloured) throws Exception {
        checkout.build();
        Ran ran = bash("export NO_COLOR='" + value + "' TERM=xterm; script -qec '$O watch d1' /dev/null");

        assertThat(ran.exit()).as(ran.out()).isZero();
        assertThat(ran.out().contains("\u001b[32m")).isEqualTo(coloured);
        assertThat(ran.out()).contains("\u001b[K");
    }

    @Test
    void aFullDiskOrAClosedPipeIsAnExitCode() throws Exception {
        checkout.build();
        Ran ran = bash("""
                "$O" get d1 --json >/dev/full; echo $? >codes
                { "$O" get d1; echo $? >>codes; } | true
                "$O" get d1 >&-; echo $? >>codes
                """);

        assertThat(Files.readAllLines(home.resolve("codes"))).containsExactly("74", "74", "74");
        assertThat(ran.err()).contains("No space left on device");
    }
}
