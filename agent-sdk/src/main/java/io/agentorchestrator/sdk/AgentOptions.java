package io.agentorchestrator.sdk;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent's address, the API that it registers at, and what it offers.
 *
 * @param orchestrator where the REST API is, for example {@code http://127.0.0.1:8080}
 * @param host the name or address under which workers reach this agent; a loopback address also keeps others out
 * @param port to listen on; 0: any free one
 * @param maxConcurrentTasks 1 to 100,000
 * @param costFactor US dollars an hour
 * @param region for selectors; may be absent
 * @param version of the agent, for selectors
 * @param enrolmentToken what the API wants to see before it registers an agent; may be absent
 * @param drainBound how long running tasks may take to end when the agent shuts down
 * @param handlerThreads what handlers run on; {@link HandlerThreads#PLATFORM} where they compute
 * @param labels what else selectors may ask for, by name: 64 at most
 */
public record AgentOptions(
        URI orchestrator,
        String host,
        int port,
        int maxConcurrentTasks,
        double costFactor,
        @Nullable String region,
        String version,
        @Nullable String enrolmentToken,
        Duration drainBound,
        HandlerThreads handlerThreads,
        Map<String, String> labels) {
    private static final int MAX_CONCURRENT_TASKS = 100_000;

    public AgentOptions {
        labels = Map.copyOf(labels);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty; give the name under which workers reach this agent");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
        }
        if (maxConcurrentTasks < 1 || maxConcurrentTasks > MAX_CONCURRENT_TASKS) {
            throw new IllegalArgumentException(
                    "max-concurrent-tasks must be 1 to " + MAX_CONCURRENT_TASKS + ", not " + maxConcurrentTasks);
        }
        if (enrolmentToken != null && !enrolmentToken.strip().chars().allMatch(each -> each > ' ' && each < 0x7F)) {
            throw new IllegalArgumentException(
                    "the enrolment token holds a space, a line break or another character that is"
                            + " no printable ASCII, which no HTTP header takes; give it as the API has it");
        }
        if (!(costFactor >= 0) || Double.isInfinite(costFactor)) {
            throw new IllegalArgumentException("cost-factor must be 0 or more, not " + costFactor);
        }
    }

    /** An agent on this machine: any free port, no cost, 30 s to drain, virtual threads. */
    public static AgentOptions local(URI orchestrator, int maxConcurrentTasks) {
        return new AgentOptions(
                orchestrator,
                "127.0.0.1",
                0,
                maxConcurrentTasks,
                0,
                null,
                "0.1.0",
                null,
                Duration.ofSeconds(30),
                HandlerThreads.VIRTUAL,
                Map.of());
    }

    /** The same, with handlers on these threads. */
    public AgentOptions withHandlerThreads(HandlerThreads threads) {
        return new AgentOptions(
                orchestrator,
                host,
                port,
                maxConcurrentTasks,
                costFactor,
                region,
                version,
                enrolmentToken,
                drainBound,
                threads,
                labels);
    }

    /** The same, saying this of itself, which the selectors of tasks go by. */
    public AgentOptions withTraits(@Nullable String newRegion, String newVersion, Map<String, String> newLabels) {
        return new AgentOptions(
                orchestrator,
                host,
                port,
                maxConcurrentTasks,
                costFactor,
                newRegion,
                newVersion,
                enrolmentToken,
                drainBound,
                handlerThreads,
                newLabels);
    }

    @Override
    public String toString() {
        return "agent on " + host + ":" + port + " of " + orchestrator;
    }
}
