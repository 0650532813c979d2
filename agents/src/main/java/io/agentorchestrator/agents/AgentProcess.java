package io.agentorchestrator.agents;

import io.agentorchestrator.sdk.AgentOptions;
import io.agentorchestrator.sdk.AgentServer;
import io.agentorchestrator.sdk.HandlerThreads;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The life of an agent process, by the options that every agent has: it serves until SIGTERM or SIGINT, drains, and exits 0. Picocli fills it in. */
final class AgentProcess {
    @Option(
            names = "--orchestrator",
            paramLabel = "URL",
            description = "Where the orchestrator's API is (default: ${DEFAULT-VALUE}).")
    private URI orchestrator = URI.create("http://127.0.0.1:8080");

    @Option(names = "--host", description = "Under which name workers reach this agent (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Where it listens; 0 is any free port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--max-concurrent-tasks", description = "How many tasks it takes at once.")
    private @Nullable Integer maxConcurrentTasks;

    @Option(
            names = "--cost-factor",
            paramLabel = "USD",
            defaultValue = "0",
            description = "What an hour of this agent costs (default: ${DEFAULT-VALUE}).")
    private double costFactor;

    @Option(names = "--region", description = "Where it runs, for selectors.")
    private @Nullable String region;

    @Option(names = "--agent-version", description = "Its version, for selectors (default: that of its program).")
    private @Nullable String agentVersion;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "A label, for selectors; may be given several times.")
    private Map<String, String> labels = new TreeMap<>();

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            description = "How long running tasks may take to end at shutdown (default: ${DEFAULT-VALUE}).")
    private Duration drainBound = Duration.ofSeconds(30);

    /** Serves as one agent. */
    int serve(SequencedMap<String, TaskHandler> handlers, int defaultMaxConcurrentTasks, HandlerThreads threads)
            throws IOException, InterruptedException {
        return serve(List.of(handlers), defaultMaxConcurrentTasks, threads);
    }

    /**
     * Does not return: the process ends in the shutdown hook, after the drain.
     *
     * @param agents the handlers of each, by type; all of them have the same options
     */
    int serve(List<SequencedMap<String, TaskHandler>> agents, int defaultMaxConcurrentTasks, HandlerThreads threads)
            throws IOException, InterruptedException {
        if (port != 0 && agents.size() > 1) {
            throw new IllegalArgumentException("--port is for one agent: leave it out, and each of the " + agents.size()
                    + " listens on a free one");
        }
        AgentOptions options = new AgentOptions(
                orchestrator,
                host,
                port,
                maxConcurrentTasks == null ? defaultMaxConcurrentTasks : maxConcurrentTasks,
                costFactor,
                region,
                agentVersion == null ? version() : agentVersion,
                System.getenv("ORCHESTRATOR_AGENT_ENROLMENT_TOKEN"),
                drainBound,
                threads,
                labels);
        List<AgentServer> servers = new ArrayList<>();
        for (SequencedMap<String, TaskHandler> handlers : agents) {
            servers.add(AgentServer.start(options, handlers));
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("drain").unstarted(() -> {
            try (ExecutorService drains = Executors.newVirtualThreadPerTaskExecutor()) {
                servers.forEach(server -> drains.execute(server::close));
            }
            // A JVM that a signal ends would exit 143; this one has done all it had to.
            Runtime.getRuntime().halt(0);
        }));
        new CountDownLatch(1).await();
        return 0;
    }

    private static String version() {
        String version = AgentProcess.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
