package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stands on real terminals of several widths, whatever the locale, compared with captures; {@code -Dcaptures.write=true} writes them
 * anew. Needs tmux: where the variable CI is set, to be without it is a failure.
 */
class TerminalIT {
    private static final Path CAPTURES = Path.of("src/test/resources/captures");
    private static final List<String> LOCALES =
            List.of("export LC_ALL=C", "export LC_ALL=C.UTF-8", "unset LC_ALL LC_CTYPE LANG");
    private static final String SPINNER = "[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]";
    /** Nothing has begun yet, so that no duration moves. */
    private static final String THEN = "2100-01-01T00:0";

    private static final String COMMANDS =
            "{\"commands\": [{\"kind\": \"RETRY\", \"reason\": \"新しい model \\u001b[1m\", \"created_at\": \"2100-01-01T00:00:00Z\"}]}";

    @TempDir
    private static Path directory;

    private static Checkout checkout;
    private static Tmux tmux;

    @BeforeAll
    static void open() throws Exception {
        boolean installed = Tmux.isInstalled();
        if (System.getenv("CI") != null) {
            assertThat(installed)
                    .as("tmux is on PATH: install it, CI is to test on terminals")
                    .isTrue();
        }
        assumeTrue(installed, "not tested: terminals, because there is no tmux on PATH; install it");
        checkout = new Checkout(directory);
        checkout.build();
        writeStatus();
        Files.writeString(directory.resolve("dag.yaml"), "tasks: [{key: a, task_type: simulated}]\n");
        tmux = new Tmux();
    }

    @AfterAll
    static void close() throws Exception {
        if (tmux != null) {
            tmux.close();
        }
        if (checkout != null) {
            checkout.close();
        }
    }

    /** Two components, of which one was given up, under a supervisor that lives. */
    private static void writeStatus() throws IOException {
        Files.createDirectories(checkout.layout().pids());
        Files.createDirectories(checkout.layout().logs());
        ProcessIdentity.of(ProcessHandle.current().pid())
                .orElseThrow()
                .write(checkout.layout().supervisorPidFile());
        Instant since = Instant.parse(THEN + "0:00Z");
        StateFiles.write(
                checkout.layout(),
                new StackStatus(List.of(
                        new ComponentStatus(
                                Component.POSTGRES, ComponentState.UP, 4_194_303L, 54_329, null, since, 0, null),
                        new ComponentStatus(
                                Component.TEMPORAL,
                                ComponentState.UP,
                                4711L,
                                7233,
                                "http://127.0.0.1:8233",
                                since,
                                2,
                                null),
                        new ComponentStatus(
                                Component.API,
                                ComponentState.FAILED,
                                null,
                                8080,
                                null,
                                null,
                                5,
                                "it ended at once: 権限がありません \u001b[31m\u202e"))));
        Files.writeString(checkout.layout().log(Component.API), "起動 é\n\u001b]0;owned\u0007\u202e no\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void statusStandsOnATerminal(int columns) throws Exception {
        compare("status-" + columns, columns, "status", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void getStandsOnATerminal(int columns) throws Exception {
        compare("get-" + columns, columns, "get d1", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void runStandsOnATerminal(int columns) throws Exception {
        compare("run-" + columns, columns, "run dag.yaml", "COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void watchStandsOnATerminal(int columns) throws Exception {
        compare("watch-" + columns, columns, "watch d1", "FAILED");
    }

    @Test
    void coloursAreThoseOfTheStatuses() throws Exception {
        try (FakeApi api = api();
                Tmux.Pane pane = tmux.open(80, script(api, "unset NO_COLOR", "watch d1"))) {
            pane.await("QUEUED", TerminalIT::steady);
            end(api, "FAILED");
            pane.await("[exit 1]", TerminalIT::steady);

            check("watch-80-colours", withoutPort(api, steady(pane.captureColours())));
        }
    }

    @Test
    void withNoColorThereIsNone() throws Exception {
        try (FakeApi api = api();
                Tmux.Pane pane = tmux.open(80, script(api, "export NO_COLOR=1", "watch d1"))) {
            String plain = pane.await("QUEUED", TerminalIT::steady);

            assertThat(steady(pane.captureColours())).isEqualTo(plain);
        }
    }

    /** In every locale at once; where it follows a run, also before that has ended. */
    private static void compare(String name, int columns, String words, String end) throws Exception {
        List<Callable<String>> sessions = new ArrayList<>();
        for (String locale : LOCALES) {
            sessions.add(() -> shown(columns, locale, words, end));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> seen = new ArrayList<>();
            for (Future<String> session : threads.invokeAll(sessions)) {
                seen.add(session.get());
            }
            for (int locale = 0; locale < seen.size(); locale++) {
                assertThat(seen.get(locale)).as(LOCALES.get(locale)).isEqualTo(seen.getFirst());
            }
            check(name, seen.getFirst());
        }
    }

    private static String shown(int columns, String locale, String words, String end) throws Exception {
        try (FakeApi api = api();
                Tmux.Pane pane = tmux.open(columns, script(api, locale, words))) {
            String before = "";
            if (!end.isEmpty()) {
                before = pane.await("QUEUED", TerminalIT::steady) + "\n--- then\n\n";
                end(api, end);
            }
            return withoutPort(api, before + pane.await("[exit ", TerminalIT::steady));
        }
    }

    /** It may have been broken at the end of a line. */
    private static String withoutPort(FakeApi api, String capture) {
        String port = api.url().substring(api.url().lastIndexOf(':') + 1);
        return capture.replaceAll(String.join("\n?", port.split("")), "10000");
    }

    private static void check(String name, String seen) throws IOException {
        Path capture = CAPTURES.resolve(name + ".txt");
        if (Boolean.getBoolean("captures.write")) {
            Files.createDirectories(CAPTURES);
            Files.writeString(capture, seen);
        }
        assertThat(seen).as(name).isEqualTo(Files.readString(capture));
    }

    /** Without what moves while nothing happens. */
    private static String steady(String capture) {
        return capture.replaceAll(SPINNER, "⠋");
    }

    private static Path script(FakeApi api, String environment, String words) throws IOException {
        String text = """
                cd '%s'
                export TERM=screen JAVA_HOME='%s' ORCHESTRATOR_API=%s
                %s
                ./orchestrator %s
                echo "[exit $?]"
                exec cat
                """.formatted(directory, System.getProperty("java.home"), api.url(), environment, words);
        return Files.writeString(Files.createTempFile(directory, "session", ".sh"), text);
    }

    private static FakeApi api() throws IOException {
        FakeApi api = new FakeApi();
        api.answers("POST /v1/dags", 202, """
                {"dag_id": "d1", "warnings": [{"code": "NO_AGENT", "pointer": "/tasks/3",
                 "message": "no live agent serves the type '漢字\\u001b[7m'; the task waits until one does"}]}""");
        // So that it looks at the status, which tells when to go on.
        api.answers("GET /v1/dags/d1/events", 404, "{\"code\": \"NOT_FOUND\", \"detail\": \"no events here\"}");
        api.answers("GET /v1/commands?dag_id=d1&limit=5", 200, COMMANDS);
        api.answers("GET /v1/dags/d1", 200, dag("RUNNING", "", """
                {"key": "a-key-that-is-rather-long-for-a-narrow-terminal", "status": "RUNNING", "attempt": 2,
                 "agent_id": "agent-ü", "started_at": "2100-01-01T00:00:03Z",
                 "progress": {"fraction": 0.4, "message": "page 4 of 10 漢字\\u001b[7m"},
                 "usage": {"cost_usd": 0.25, "input_tokens": 1200, "output_tokens": 300}},
                {"key": "\\u001b[2Jowned\\u202e\\n", "status": "QUEUED", "waiting": {"reason": "NO_AGENT", "position": 3,
                 "detail": "no live agent serves the type '漢字\\u001b[7m', and none that does is draining or silent"}},
                {"key": "report", "status": "WAITING", "depends_on": ["取得漢字データ"],
                 "waiting": {"reason": "DEPENDENCIES", "detail": "it depends on '\\u001b[2Jowned\\u202e\\n' (QUEUED)"}}"""));
        return api;
    }

    private static void end(FakeApi api, String status) {
        api.answers("GET /v1/dags/d1", 200, dag(status, ", \"ended_at\": \"" + THEN + "3:05Z\"", """
                {"key": "a-key-that-is-rather-long-for-a-narrow-terminal", "status": "COMPLETED", "attempt": 2,
                 "started_at": "2100-01-01T00:00:03Z", "ended_at": "2100-01-01T00:01:15Z"},
                {"key": "\\u001b[2Jowned\\u202e\\n", "status": "CANCELLED", "attempt": 0,
                 "error": {"code": "UPSTREAM_FAILED", "message": "task 'cafe\\u0301', on which it depends, failed"}},
                {"key": "report", "status": "COMPLETED", "attempt": 1, "depends_on": ["取得漢字データ"],
                 "started_at": "2100-01-01T00:03:00Z", "ended_at": "2100-01-01T00:03:05Z",
                 "result": {"報告": "/tmp/漢字 é/report-2100-01-01-with-a-rather-long-name.md", "note": "\\u001b]0;owned\\u0007\\u202e"}}"""));
    }

    private static String dag(String status, String end, String tasks) {
        return """
                {"dag_id": "d1", "name": "漢字 é \\u001b[31mrun\\u202e", "status": "%s", "run_number": 2,
                 "created_at": "2099-12-31T12:00:00Z", "run_created_at": "2100-01-01T00:00:00Z"%s,
                 "usage": {"cost_usd": 1.250001, "input_tokens": 1200, "output_tokens": 300},
                 "workflow": {"url": "http://127.0.0.1:8233/namespaces/default/workflows/dag-d1-2"}, "tasks": [
                {"key": "取得漢字データ", "status": "COMPLETED", "attempt": 1, "started_at": "2100-01-01T00:00:00Z",
                 "ended_at": "2100-01-01T00:00:02.500Z"},
                {"key": "cafe\\u0301", "status": "FAILED", "attempt": 3, "started_at": "2100-01-01T00:00:00Z",
                 "ended_at": "2100-01-01T00:01:02Z", "error": {"code": "MODEL_REFUSED", "message": "拒否\\u001b[0m: no"}},
                %s]}""".formatted(status, end, tasks);
    }
}
