package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Wrong usage, of every verb: exit 2, words to the standard error, and nothing that is asked of an API or printed. */
class WrongUsageIT extends AgainstFakeApi {
    /** Nobody types it. */
    private static final String HIDDEN = "supervise";

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("dag.yaml"), "inputs: {n: 1}\ntasks: [{key: a, task_type: simulated}]\n");
        Files.createDirectory(directory.resolve("dir"));
    }

    private void assertWrongUsage(String words) {
        assertThat(terminal.orchestrator(words.isEmpty() ? new String[0] : words.split(" ")))
                .as("%s: %s", words, terminal.err())
                .isEqualTo(2);
        assertThat(terminal.out()).as(words).isEmpty();
        assertThat(terminal.err()).as(words).isNotBlank().doesNotContain("Exception");
        assertThat(api.requests).as(words).isEmpty();
    }

    @Test
    void aWordTooManyAndAnUnknownOptionAreWrongUsageOfEveryVerb() {
        Set<String> verbs = verbs();
        assertThat(verbs).contains("run", "dlq rebuild", "agents remove").hasSizeGreaterThan(30);
        for (String verb : verbs) {
            assertWrongUsage(verb + " --fly");
            if (!verb.equals("agents remove")) { // takes any number
                assertWrongUsage(verb + " dag.yaml b c d");
            }
        }
    }

    private Set<String> verbs() {
        Set<String> verbs = new TreeSet<>();
        CommandLine line = OrchestratorCommand.line(terminal.invocation(), new LoadTestElsewhere());
        for (Map.Entry<String, CommandLine> verb : line.getSubcommands().entrySet()) {
            if (!verb.getKey().equals(HIDDEN)) {
                verbs.add(verb.getKey());
                verb.getValue().getSubcommands().keySet().forEach(inner -> verbs.add(verb.getKey() + " " + inner));
            }
        }
        return verbs;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "submit",
                "validate",
                "get",
                "watch",
                "cancel",
                "pause",
                "resume",
                "retry",
                "update",
                "dlq",
                "dlq show",
                "dlq reprocess",
                "dlq delete",
                "agents drain",
                "agents resume",
                "agents remove",
                "flags set",
                "flags set x",
                "settings set",
                "settings set x",
                ""
            })
    void whatIsMissingIsWrongUsage(String words) {
        assertWrongUsage(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --api-port 0",
                "up --redis-port x",
                "up --api-port 9000 --worker-port 9000",
                "up --worker-port 8080",
                "doctor --temporal-port 70000",
                "run dag.yaml --api-port 0",
                "run dag.yaml --api http://",
                "list --api nonsense",
                "agents --api ftp://x",
                "list dogs",
                "list --limit x",
                "list --limit",
                "get --json=x d1",
                "dlq list --limit x",
                "dlq reprocess --all --limit x",
                "flags set load_shedding maybe",
                "submit dag.yaml --idempotency-key ä",
                "run dag.yaml --idempotency-key="
            })
    void aValueThatAnOptionDoesNotTakeIsWrongUsage(String words) {
        assertWrongUsage(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get",
                "watch",
                "cancel",
                "pause",
                "resume",
                "retry",
                "update --priority HIGH",
                "dlq show",
                "dlq reprocess",
                "dlq delete"
            })
    void whatIsNoIdIsWrongUsage(String verb) {
        assertWrongUsage(verb + " ../x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update d1",
                "update d1 --label a=b --priority HIGH",
                "update --label a=b",
                "update --label a=b --priority LOW --cost-budget 1",
                "dlq reprocess 1-1 --all",
                "dlq reprocess 1-1 --limit 3",
                "dlq reprocess --all --resume-dag",
                "dlq delete 1-1 --task-type x",
                "agents remove a --lost",
                "list dags --priority HIGH",
                "list tasks --name x"
            })
    void whatDoesNotGoTogetherIsWrongUsage(String words) {
        assertWrongUsage(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "submit", "validate"})
    void aFileThatIsNotThereIsWrongUsageAndOneThatIsRefusedIsNot(String verb) throws IOException {
        assertWrongUsage(verb + " nosuch.yaml");
        assertWrongUsage(verb + " dir");
        InputStream closed = InputStream.nullInputStream();
        closed.close();
        terminal.pipe(closed);
        assertWrongUsage(verb + " -");
        assertThat(terminal.err()).contains("The standard input cannot be read");

        Files.write(directory.resolve("latin1.yaml"), new byte[] {'i', ':', ' ', (byte) 0xfc});
        assertThat(terminal.orchestrator(verb, "latin1.yaml", "--input", "i=1")).isEqualTo(1);
        Files.writeString(directory.resolve("bad.yaml"), "name: refuse\n");
        assertThat(terminal.orchestrator(verb, "bad.yaml")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--input n",
                "--input =1",
                "--input n=1 --input n=2",
                "--input n=1 --input-json n=2",
                "--input-json n=oops",
                "--input-json n=",
                "--input-json n={\"a\":1,\"a\":2}",
                "--input-json n=1x",
                "--input nosuch=1"
            })
    void anInputThatIsNoneIsWrongUsage(String options) {
        for (String verb : List.of("run", "submit", "validate")) {
            assertWrongUsage(verb + " dag.yaml " + options);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--payload a",
                "--payload ={}",
                "--payload a=oops",
                "--payload a=1",
                "--payload a={} --payload a={}"
            })
    void aPayloadThatIsNoneIsWrongUsage(String options) {
        assertWrongUsage("retry d1 " + options);
    }

    @Test
    void whatTheApiDoesNotTakeOfAnOptionIsWrongUsage() {
        String refusal = "{\"code\": \"%s\", \"detail\": \"one of A, B is needed\"}";
        api.answers("GET /v1/dags?status=FOO&limit=100", 400, refusal.formatted("INVALID_PARAMETER"));
        api.answers("PATCH /v1/dags/d1", 422, refusal.formatted("INVALID_VALUE"));
        api.answers("POST /v1/dead-letters/reprocess", 422, refusal.formatted("OUT_OF_RANGE"));
        api.answers("PUT /v1/settings/s", 422, refusal.formatted("INVALID_VALUE"));
        api.answers("POST /v1/dags", 400, refusal.formatted("INVALID_HEADER"));

        Stream.of(
                        "list --status FOO",
                        "update d1 --priority FOO",
                        "dlq reprocess --all --limit 0",
                        "settings set s x",
                        "submit dag.yaml --idempotency-key x",
                        "run dag.yaml --idempotency-key x")
                .forEach(words -> assertThat(terminal.orchestrator(words.split(" ")))
                        .as(words)
                        .isEqualTo(2));
        assertThat(terminal.err().lines()).hasSize(6).allMatch(line -> line.contains("one of A, B is needed"));
    }

    @Test
    void aRefusalOfWhatIsInAFileIsNone() {
        api.answers("POST /v1/dags", 422, "{\"code\": \"INVALID_VALUE\", \"detail\": \"no\"}");
        api.answers("POST /v1/dags/validate", 422, "{\"code\": \"INVALID_VALUE\", \"detail\": \"no\"}");

        for (String verb : List.of("run", "submit", "validate")) {
            assertThat(terminal.orchestrator(verb, "dag.yaml")).as(verb).isEqualTo(1);
        }
    }
}
