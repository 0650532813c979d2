package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.sdk.registration.Identity;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC side of an agent: Work streams, the standard health service, and the clock that sweeps the task table. */
final class WorkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkServer.class);

    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final HealthStatusManager health = new HealthStatusManager();
    private final WorkerContacts contacts = new WorkerContacts(LOG::warn, LOG::info, System::nanoTime);
    private final TaskTable table;
    private final Supplier<@Nullable Identity> identity;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock;
    private final Server server;

    WorkServer(InetSocketAddress address, TaskTable table, Supplier<@Nullable Identity> identity) throws IOException {
        this.table = table;
        this.identity = identity;
        this.server = NettyServerBuilder.forAddress(address)
                .executor(calls)
                .maxInboundMessageSize(SdkLimits.MESSAGE_BYTES)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(new WorkService())
                .addService(health.getHealthService())
                .build()
                .start();
        health.setStatus(AgentGrpc.SERVICE_NAME, ServingStatus.SERVING);
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("task-clock").daemon().factory());
        long everyMillis = SdkLimits.SWEEP_EVERY.toMillis();
        var _ = clock.scheduleWithFixedDelay(this::tick, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    int port() {
        return server.getPort();
    }

    boolean hasStreams() {
        return !sessions.isEmpty();
    }

    /** From now on the health service says that nothing more is taken. */
    void drain() {
        health.setStatus("", ServingStatus.NOT_SERVING);
        health.setStatus(AgentGrpc.SERVICE_NAME, ServingStatus.NOT_SERVING);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        sessions.forEach(session -> session.end(null));
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
    }

    private void tick() {
        try {
            table.sweep();
            sessions.forEach(Session::tick);
            contacts.check(identity.get(), (int)
                    sessions.stream().filter(Session::isWelcomed).count());
        } catch (RuntimeException e) {
            LOG.error("A sweep over the tasks failed; the next one will try again", e);
        }
    }

    private final class WorkService extends AgentGrpc.AgentImplBase {
        @Override
        public StreamObserver<ToAgent> work(StreamObserver<FromAgent> responses) {
            Session session = new Session(
                    table, identity, contacts, (ServerCallStreamObserver<FromAgent>) responses, sessions::remove);
            if (sessions.size() < SdkLimits.STREAMS) {
                sessions.add(session);
                session.open();
            } else {
                session.open();
                session.end(Status.RESOURCE_EXHAUSTED.withDescription("too many streams"));
            }
            return session;
        }
    }
}
