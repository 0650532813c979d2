package io.agentorchestrator.sdk;

import io.agentorchestrator.sdk.registration.AgentDescription;
import io.agentorchestrator.sdk.registration.Identity;
import io.agentorchestrator.sdk.registration.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent at work: give it one {@link TaskHandler} per task type and it does the rest. It serves at once, registers as soon
 * as the orchestrator answers, and keeps both up until it is closed. Thread-safe.
 */
public final class AgentServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);
    private static final Pattern TYPE = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");
    private static final int MAX_TYPES = 100;
    /** Ended tasks wait this long for Acknowledge once nothing runs any more. */
    private static final Duration ACKNOWLEDGE_BOUND = Duration.ofSeconds(3);

    private final AgentOptions options;
    private final TaskTable table;
    private final WorkServer server;
    private final Registration registration;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AgentServer(AgentOptions options, List<String> types, Map<String, TaskHandler> handlers)
            throws IOException {
        this.options = options;
        this.table = new Execution(options.maxConcurrentTasks(), handlers, options.handlerThreads()).table();
        this.server = new WorkServer(bindAddress(options), table, this::identity);
        AgentDescription description = new AgentDescription(
                types,
                authority(options.host(), server.port()),
                options.maxConcurrentTasks(),
                options.costFactor(),
                options.version(),
                options.region(),
                options.labels());
        this.registration =
                Registration.start(options.orchestrator(), description, options.enrolmentToken(), table::activeTasks);
        LOG.info("Serving {} on port {}, {} tasks at once", types, server.port(), options.maxConcurrentTasks());
    }

    /**
     * Starts to serve.
     *
     * @param handlers by task type; the first type names the agent's pool
     * @throws IOException if the port cannot be listened on
     */
    public static AgentServer start(AgentOptions options, SequencedMap<String, TaskHandler> handlers)
            throws IOException {
        if (handlers.isEmpty() || handlers.size() > MAX_TYPES) {
            throw new IllegalArgumentException("an agent serves 1 to " + MAX_TYPES + " task types");
        }
        for (String type : handlers.keySet()) {
            if (!TYPE.matcher(type).matches()) {
                throw new IllegalArgumentException("\"" + type + "\" is no task type; one is " + TYPE.pattern());
            }
        }
        return new AgentServer(options, List.copyOf(handlers.keySet()), handlers);
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /** The id that the orchestrator gave this agent; null until it is registered. */
    public @Nullable String agentId() {
        Identity identity = identity();
        return identity == null ? null : identity.agentId();
    }

    /**
     * Takes no more tasks, says so, lets the running ones end for as long as the options allow, ends the rest as cancelled
     * (retryable), deregisters and stops. Deregistering comes last, so that workers can still fetch outcomes.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        server.drain();
        table.stopTaking();
        registration.drain();
        try {
            if (!table.awaitIdle(options.drainBound())) {
                LOG.warn("{} tasks did not end within {}; cancelling them", table.activeTasks(), options.drainBound());
                table.stopAll();
                table.awaitIdle(SdkLimits.CANCEL_GRACE);
            }
            if (server.hasStreams() && !table.awaitAcknowledged(ACKNOWLEDGE_BOUND)) {
                LOG.warn("Some outcomes were not acknowledged");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registration.close();
        server.close();
        LOG.info("Stopped");
    }

    private @Nullable Identity identity() {
        Registration current = registration; // absent while the server that asks is still starting
        return current == null ? null : current.identity();
    }

    private static InetSocketAddress bindAddress(AgentOptions options) {
        try {
            InetAddress host = InetAddress.getByName(options.host());
            return host.isLoopbackAddress()
                    ? new InetSocketAddress(host, options.port())
                    : new InetSocketAddress(options.port());
        } catch (UnknownHostException e) {
            throw new UncheckedIOException("the host " + options.host() + " is not known here", e);
        }
    }

    private static String authority(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
