package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.server.TemporalLadder;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole stack, PostgreSQL to agents, as processes of their own in a home of its own, whose modules are this build's. It is
 * used as users do, by the command line and REST, and ill-treated by signals.
 */
public final class RealStack {
    private static final Path CHECKOUT = Path.of("").toAbsolutePath().getParent();
    private static final Path FETCHED = CHECKOUT.resolve(".orchestrator/bin");
    private static final List<String> MODULES = List.of("api", "worker", "agents", "cli", "examples", ".mvn");
    /** For one command; the first start fetches Temporal. */
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(4);
    /** For whatever comes by itself. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path home;
    private final StackLayout layout;
    private final int apiPort = FreePorts.next();
    private final List<String> ports = List.of(
            "--api-port=" + apiPort,
            "--worker-port=" + FreePorts.next(),
            "--temporal-port=" + FreePorts.next(),
            "--temporal-ui-port=" + FreePorts.next(),
            "--postgres-port=" + FreePorts.next(),
            "--redis-port=" + FreePorts.next());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What a command printed, both streams together, and how it ended. */
    public record Outcome(List<String> arguments, int exitCode, String output) {
        public JsonNode json() {
            assertThat(exitCode).as(toString()).isZero();
            return JSON.readTree(output);
        }

        public List<JsonNode> jsonLines() {
            return output.lines().map(JSON::readTree).toList();
        }
    }

    /** What the API answered. */
    public record ApiAnswer(int status, JsonNode body) {}

    private RealStack(Path home) {
        this.home = home;
        this.layout = StackLayout.of(home);
    }

    /** A stack in an empty directory, which does not run yet. */
    public static RealStack in(Path home) throws IOException {
        for (String module : MODULES) {
            Files.createSymbolicLink(home.resolve(module), CHECKOUT.resolve(module));
        }
        return new RealStack(home);
    }

    /** Starts it; {@link #down} is due even when this fails. */
    public void up() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach"));
        arguments.addAll(ports);
        Outcome up = orchestrator(arguments.toArray(String[]::new));
        assertThat(up.exitCode()).as(up.toString()).isZero();
    }

    /** Stops it. */
    public Outcome down() throws Exception {
        return orchestrator("down");
    }

    public StackLayout layout() {
        return layout;
    }

    public String apiUrl() {
        return "http://127.0.0.1:" + apiPort;
    }

    /** Runs the command line, in the stack's home. */
    public Outcome orchestrator(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorchestrator.home=" + home,
                "-cp",
                CHECKOUT.resolve("cli/target/classes") + File.pathSeparator + CHECKOUT.resolve("cli/target/lib") + "/*",
                "io.agentorchestrator.cli.OrchestratorMain"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs Temporal's own command line against the stack's server. */
    Outcome temporal(String... arguments) throws Exception {
        Path program = new TemporalLadder(path(), layout.programs(), List.of())
                .installed(passedOver -> {})
                .orElseThrow()
                .path();
        StackSettings settings = settings();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--address", settings.temporalTarget(), "--namespace", settings.temporalNamespace()));
        return run(command);
    }

    private Outcome run(List<String> command) throws Exception {
        Path output = Files.createTempFile(home, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", path());
        // Such a stack lives for minutes and its processes die often: it has nothing of what a JVM learns.
        builder.environment().put("ORCHESTRATOR_JVM_FLAGS", "-XX:TieredStopAtLevel=1");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroy();
            throw new AssertionError(command + " did not end: " + Files.readString(output));
        }
        String printed = Files.readString(output);
        Files.delete(output);
        return new Outcome(command, process.exitValue(), printed);
    }

    private static String path() {
        return System.getenv().getOrDefault("PATH", "") + File.pathSeparator + FETCHED;
    }

    /** Reads. */
    public JsonNode get(String path) throws Exception {
        ApiAnswer answer = find(path);
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Reads what may not be there. */
    public ApiAnswer find(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    /** Reads what is no JSON, from any process of the stack. */
    public String text(String url, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(REQUEST_LIMIT)
                .build();
        var response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(url + path).isEqualTo(200);
        return response.body();
    }

    /** Reads line by line what goes on until it is closed. */
    public Stream<String> lines(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(apiUrl() + path))
                .timeout(REQUEST_LIMIT)
                .build();
        return http.send(request, BodyHandlers.ofLines()).body();
    }

    /** Posts JSON. */
    public ApiAnswer post(String path, String body) throws IOException, InterruptedException {
        return send(json(body), path);
    }

    /** Posts JSON under a name by which the request may be repeated. */
    public ApiAnswer post(String path, String body, String idempotencyKey) throws IOException, InterruptedException {
        return send(json(body).header("Idempotency-Key", idempotencyKey), path);
    }

    /** Puts JSON. */
    public ApiAnswer put(String path, String body) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)),
                path);
    }

    private static HttpRequest.Builder json(String body) {
        return HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** Posts what is to be accepted. */
    public JsonNode submit(String path, String body) throws Exception {
        ApiAnswer answer = post(path, body);
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(202);
        return answer.body();
    }

    private ApiAnswer send(HttpRequest.Builder request, String path) throws IOException, InterruptedException {
        URI uri = URI.create(apiUrl() + path);
        var response = http.send(request.uri(uri).timeout(REQUEST_LIMIT).build(), BodyHandlers.ofString());
        return new ApiAnswer(response.statusCode(), JSON.readTree(response.body()));
    }

    /** The stack's Redis, as its command line shows it. */
    public RedisConnection redis() throws IOException {
        return new RedisConnection(settings().ports().redis());
    }

    /** What it was started with. */
    public StackSettings settings() {
        return StateFiles.settings(layout).orElseThrow();
    }

    /** Waits until a task or a DAG has ended, and answers with it. */
    public JsonNode awaitEnd(String path) {
        return patiently().until(() -> get(path), each -> each.has("ended_at"));
    }

    /** Waits for what comes by itself. */
    public static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
    }

    /** Ends a component as the kernel would when memory runs out; the supervisor starts it again. */
    public void kill(Component component) throws Exception {
        ProcessIdentity process = process(component);
        signal("KILL", process);
        patiently().until(() -> !process.alive());
    }

    /** Halts a component where it stands, without its noticing. */
    public void halt(Component component) throws Exception {
        signal("STOP", process(component));
    }

    /** Ends a component and keeps it away until the returned absence is closed. */
    public Absence away(Component component) throws Exception {
        ProcessIdentity supervisor =
                ProcessIdentity.readLiving(layout.supervisorPidFile()).orElseThrow();
        signal("STOP", supervisor);
        Absence absence = () -> signal("CONT", supervisor);
        try {
            kill(component);
            return absence;
        } catch (Exception | AssertionError e) {
            absence.close();
            throw e;
        }
    }

    /** The time without a component. */
    public interface Absence extends AutoCloseable {
        @Override
        void close();
    }

    private ProcessIdentity process(Component component) {
        return patiently()
                .until(() -> ProcessIdentity.readLiving(layout.pidFile(component)), Optional::isPresent)
                .orElseThrow();
    }

    private static void signal(String name, ProcessIdentity process) {
        try {
            Command.Result kill =
                    Command.run(REQUEST_LIMIT, List.of("sh", "-c", "kill -" + name + " " + process.pid()));
            assertThat(kill.succeeded()).as(kill.output()).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
