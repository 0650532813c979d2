package io.agentorchestrator.agents;

import io.agentorchestrator.sdk.AgentOptions;
import io.agentorchestrator.sdk.HandlerThreads;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every agent has. Picocli fills them in. */
final class AgentFlags {
    @Option(
            names = "--orchestrator",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the orchestrator's API is (default: ${DEFAULT-VALUE}).")
    private URI orchestrator = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Under which name workers reach this agent (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Where it listens; 0 is any free port (default: ${DEFAULT-VALUE}).")
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

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            defaultValue = "PT30S",
            description = "How long running tasks may take to end at shutdown (default: ${DEFAULT-VALUE}).")
    private Duration drainBound = Duration.ofSeconds(30);

    AgentOptions options(int defaultMaxConcurrentTasks) {
        return new AgentOptions(
                orchestrator,
                host,
                port,
                maxConcurrentTasks == null ? defaultMaxConcurrentTasks : maxConcurrentTasks,
                costFactor,
                region,
                version(),
                System.getenv("ORCHESTRATOR_AGENT_ENROLMENT_TOKEN"),
                drainBound,
                HandlerThreads.VIRTUAL);
    }

    private static String version() {
        String version = AgentFlags.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
