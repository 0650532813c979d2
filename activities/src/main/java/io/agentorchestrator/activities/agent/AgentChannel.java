package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.AgentAddress;
import io.agentorchestrator.store.address.InvalidAddressException;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.loop.StepGuard;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one agent at one address: it is resolved and checked anew for each stream, and connected to by what it resolved to, never by its
 * name. Keeps one stream, and opens a new one where the last one broke. Thread-safe.
 */
final class AgentChannel {
    private static final Logger LOG = LoggerFactory.getLogger(AgentChannel.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private final FleetAgent agent;
    private final AgentStream.Terms terms;
    private final AddressCheck addresses;
    private final List<ClientInterceptor> interceptors;
    private final StepGuard guard;
    private volatile AgentStream stream;

    /** Guarded by this, as what follows is. */
    private @Nullable ManagedChannel channel;

    private @Nullable InetSocketAddress channelTo;
    private boolean closed;
    private int opened;
    private int failures;
    private long retryAtNanos;

    AgentChannel(
            FleetAgent agent, AgentStream.Terms terms, AddressCheck addresses, List<ClientInterceptor> interceptors) {
        this.interceptors = interceptors;
        this.agent = agent;
        this.terms = terms;
        this.addresses = addresses;
        this.guard = new StepGuard(LOG, "the stream to agent " + agent.agentId());
        this.stream = new AgentStream(agent, terms, guard);
    }

    AgentStream stream() {
        return stream;
    }

    boolean isTo(FleetAgent other) {
        return agent.address().equals(other.address()) && Arrays.equals(agent.credentialSalt(), other.credentialSalt());
    }

    /** Opens its stream. Asking a name server takes its time, and is done beside. */
    void open() {
        AgentStream opening = stream;
        try {
            AgentAddress address = AgentAddress.parse(agent.address());
            if (address.isLiteral()) {
                open(opening, addresses.of(address));
            } else {
                guard.after(Duration.ZERO, () -> open(opening, addresses.of(address)));
            }
        } catch (InvalidAddressException e) {
            opening.fail(
                    AgentConnectionState.FORBIDDEN,
                    "%s is no address: %s; have the agent register anew".formatted(agent.address(), e.getMessage()));
        }
    }

    private void open(AgentStream opening, AddressCheck.Answer answer) {
        switch (answer) {
            case AddressCheck.Answer.Reachable(List<InetSocketAddress> at) -> {
                ManagedChannel to = channelTo(at);
                if (to != null) {
                    opening.open(to);
                }
            }
            case AddressCheck.Answer.Forbidden(String why) -> opening.fail(AgentConnectionState.FORBIDDEN, why);
            case AddressCheck.Answer.Unresolvable(String why) ->
                opening.fail(
                        AgentConnectionState.UNRESOLVABLE,
                        why
                                + " where this worker runs; let the agent register a name or an IP address that is (--host)");
        }
    }

    /** A channel to one of these, to each in its turn; null once this is closed. */
    private synchronized @Nullable ManagedChannel channelTo(List<InetSocketAddress> at) {
        if (closed) {
            return null;
        }
        InetSocketAddress next = at.get(Math.floorMod(opened++, at.size()));
        ManagedChannel current = channel;
        if (current != null && next.equals(channelTo)) {
            current.resetConnectBackoff();
            return current;
        }
        if (current != null) {
            current.shutdown();
        }
        ManagedChannel made = NettyChannelBuilder.forAddress(next)
                .overrideAuthority(agent.address())
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .intercept(interceptors)
                .build();
        channel = made;
        channelTo = next;
        return made;
    }

    /** Tells whether a new stream is due now, which {@link #open} opens. */
    synchronized boolean reopensNow() {
        AgentStream current = stream;
        if (closed || !current.isBroken()) {
            failures = current.isWelcomed() ? 0 : failures;
            return false;
        }
        long now = System.nanoTime();
        if (retryAtNanos == 0) {
            long wait = Math.min(LAST_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(failures, 10));
            failures++;
            retryAtNanos = now + wait;
            return false;
        }
        if (now - retryAtNanos < 0) {
            return false;
        }
        retryAtNanos = 0;
        stream = new AgentStream(agent, terms, guard);
        return true;
    }

    void close(String reason) {
        ManagedChannel last;
        synchronized (this) {
            closed = true;
            last = channel;
        }
        stream.close(StreamEnd.CLOSED_BY_US, reason);
        if (last != null) {
            last.shutdown();
        }
    }
}
