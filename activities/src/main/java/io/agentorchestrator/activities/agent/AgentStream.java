package io.agentorchestrator.activities.agent;

import com.google.protobuf.ByteString;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Load;
import io.agentorchestrator.protocol.v1.Renew;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Welcome;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.loop.StepGuard;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Work stream to one agent. Nothing is sent before Welcome; once broken it stays broken. It reads a bounded number of messages ahead of
 * who handles them. Thread-safe.
 */
final class AgentStream {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStream.class);
    private static final int PROTOCOL_VERSION = 1;
    private static final int CHALLENGE_BYTES = 16;
    private static final int READ_AHEAD_MESSAGES = 64;
    /** Outcomes that came by this stream, remembered to tell which are told again. */
    private static final int MAX_OUTCOMES_REMEMBERED = 1_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final FleetAgent agent;
    private final Terms terms;
    private final StepGuard guard;
    private final byte[] proofKey;
    private final byte[] challenge = new byte[CHALLENGE_BYTES];
    private final AgentListener listener;
    private final SilenceTimer silence = new SilenceTimer();
    /** Guarded by itself. */
    private final Set<DispatchRef> outcomesTold = new LinkedHashSet<>();

    private final Object sendLock = new Object();
    private @Nullable ClientCallStreamObserver<ToAgent> requests;
    private boolean welcomed;
    private boolean congested;
    private int unreadMessages;
    private volatile boolean broken;

    /**
     * Settings and collaborators that all streams of a worker share.
     *
     * @param answered told which agent has answered Renew; thread-safe
     * @param proofKeys of the proofs of Hello and Welcome
     * @param clock by which agents tell a stale Hello
     */
    record Terms(
            String workerId,
            AgentListener listener,
            Consumer<String> answered,
            ConnectionStates states,
            Function<FleetAgent, byte[]> proofKeys,
            Clock clock) {}

    /** @param guard of what it hears: gRPC takes what a callback of ours throws for the agent's fault */
    AgentStream(FleetAgent agent, Terms terms, StepGuard guard) {
        this.agent = agent;
        this.terms = terms;
        this.guard = guard;
        this.proofKey = terms.proofKeys().apply(agent);
        this.listener = terms.listener();
        RANDOM.nextBytes(challenge);
    }

    void open(ManagedChannel channel) {
        long now = terms.clock().millis();
        Hello hello = Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setWorkerId(terms.workerId())
                .setAgentId(agent.agentId())
                .setSentAtMillis(now)
                .setChallenge(ByteString.copyFrom(challenge))
                .setProof(ByteString.copyFrom(
                        CredentialProof.hello(proofKey, terms.workerId(), agent.agentId(), now, challenge)))
                .build();
        if (broken) {
            return; // while its address was resolved
        }
        synchronized (sendLock) {
            var _ = AgentGrpc.newStub(channel).work(new Incoming());
            forward(ToAgent.newBuilder().setHello(hello).build());
        }
    }

    boolean isBroken() {
        return broken;
    }

    boolean isWelcomed() {
        synchronized (sendLock) {
            return welcomed && !broken;
        }
    }

    /** Sends a message, if the stream is open; otherwise its end says what there is to know. */
    void send(ToAgent message) {
        synchronized (sendLock) {
            if (!welcomed || broken) {
                return;
            }
            forward(message);
            ClientCallStreamObserver<ToAgent> open = requests;
            if (open != null && !open.isReady() && !congested) {
                congested = true;
                // Within the lock, as where it ends: the listener must hear of the two in the order in which they
                // happen.
                listener.congested(agent, true);
            }
        }
    }

    /** Asks to hear of dispatches, also of outcomes that this stream has brought before. */
    void attach(List<DispatchRef> refs) {
        synchronized (outcomesTold) {
            refs.forEach(outcomesTold::remove);
        }
        send(ProtocolMapping.attach(refs));
    }

    /** Renews the leases of what is at the agent, and breaks the stream of an agent that has long not answered. */
    void renew() {
        if (!isWelcomed()) {
            return;
        }
        long now = System.nanoTime();
        if (silence.isTooLong(now)) {
            fail(
                    AgentConnectionState.SILENT,
                    StreamEnd.SILENT,
                    "agent " + agent.agentId() + " at " + agent.address() + " has said nothing for "
                            + SilenceTimer.LIMIT.toSeconds() + " s, though asked");
            return;
        }
        send(ToAgent.newBuilder().setRenew(Renew.getDefaultInstance()).build());
        silence.asked(now);
    }

    /** Reads on, where reading had stopped. */
    void readOn() {
        ClientCallStreamObserver<ToAgent> open;
        int count;
        synchronized (sendLock) {
            open = requests;
            count = unreadMessages;
            unreadMessages = 0;
        }
        if (open != null && count > 0 && !broken) {
            open.request(count);
        }
    }

    /** Ends the stream before there was one. */
    void fail(AgentConnectionState state, String reason) {
        fail(state, StreamEnd.UNREACHABLE, reason);
    }

    private void fail(AgentConnectionState state, StreamEnd end, String reason) {
        boolean isNews = !broken;
        close(end, reason);
        if (isNews) {
            terms.states().is(agent.agentId(), state, reason);
        }
    }

    /** Ends the stream; tasks go on at the agent. */
    void close(StreamEnd end, String reason) {
        synchronized (sendLock) {
            ClientCallStreamObserver<ToAgent> open = requests;
            if (!broken && open != null) {
                try {
                    open.onCompleted();
                } catch (IllegalStateException alreadyOver) {
                    LOG.debug("stream to agent {} was already over", agent.agentId(), alreadyOver);
                }
            }
        }
        broken(end, reason);
    }

    /** Breaks the stream where the agent has not answered Hello. */
    void expireHandshake() {
        if (!isWelcomed()) {
            fail(
                    AgentConnectionState.SILENT,
                    "nobody answered Hello at %s in time; see whether the agent's process stands still, and whether something between drops packets"
                            .formatted(agent.address()));
        }
    }

    private void forward(ToAgent message) {
        ClientCallStreamObserver<ToAgent> open = requests;
        if (open == null) {
            throw new IllegalStateException("the stream was not opened");
        }
        try {
            open.onNext(message);
        } catch (IllegalStateException | io.grpc.StatusRuntimeException over) {
            LOG.debug("stream to agent {} ended while sending", agent.agentId(), over);
        }
    }

    private void welcome(Welcome welcome) {
        boolean proven = CredentialProof.isWelcome(
                proofKey, agent.agentId(), challenge, welcome.getProof().toByteArray());
        if (!proven) {
            fail(
                    AgentConnectionState.WRONG_PROOF,
                    "whoever answers at %s could not prove to be agent %s; restart the agent, which registers anew, and see that nothing else listens there"
                            .formatted(agent.address(), agent.agentId()));
            return;
        }
        synchronized (sendLock) {
            if (welcomed || broken) {
                return;
            }
            welcomed = true;
        }
        terms.states().is(agent.agentId(), AgentConnectionState.CONNECTED, "");
        listener.connected(agent, welcome.getPreempts());
    }

    private void broken(StreamEnd end, String reason) {
        boolean wasOpen;
        synchronized (sendLock) {
            if (broken) {
                return;
            }
            broken = true;
            wasOpen = welcomed;
        }
        if (wasOpen) {
            listener.disconnected(agent, end, reason);
        } else {
            listener.unreachable(agent, end, reason);
        }
    }

    /** Handles a message; returns whether to read on. */
    private boolean heard(FromAgent message) {
        silence.heard();
        if (message.hasWelcome()) {
            welcome(message.getWelcome());
            return true;
        }
        if (message.hasLoad()) {
            Load load = message.getLoad();
            terms.answered().accept(agent.agentId());
            listener.told(
                    agent,
                    new AgentEvent.Load(
                            load.getMaxConcurrentTasks(),
                            load.getActiveTasks(),
                            load.hasStartLimit() ? load.getStartLimit() : null));
            return true;
        }
        AgentEvent event;
        try {
            event = ProtocolMapping.event(message);
        } catch (IllegalArgumentException rubbish) {
            fail(
                    AgentConnectionState.PROTOCOL_BROKEN,
                    StreamEnd.PROTOCOL_BROKEN,
                    "agent " + agent.agentId() + " broke the protocol: " + rubbish.getMessage());
            return true;
        }
        if (event == null) {
            return true;
        }
        boolean outcome = event instanceof AgentEvent.Succeeded || event instanceof AgentEvent.Failed;
        if (outcome && isToldAgain(event.ref())) {
            listener.outcomeRepeated(agent);
            return true;
        }
        return listener.heard(agent, event);
    }

    private boolean isToldAgain(DispatchRef ref) {
        synchronized (outcomesTold) {
            boolean again = !outcomesTold.add(ref);
            if (outcomesTold.size() > MAX_OUTCOMES_REMEMBERED) {
                outcomesTold.remove(outcomesTold.iterator().next());
            }
            return again;
        }
    }

    private final class Incoming implements ClientResponseObserver<ToAgent, FromAgent> {
        @Override
        public void beforeStart(ClientCallStreamObserver<ToAgent> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(READ_AHEAD_MESSAGES);
            stream.setOnReadyHandler(() -> guard.run(this::ready));
        }

        private void ready() {
            synchronized (sendLock) {
                if (congested) {
                    congested = false;
                    listener.congested(agent, false);
                }
            }
        }

        /** A message on which we fail is lost: what it was about is found out by the clock, or by asking again. */
        @Override
        public void onNext(FromAgent message) {
            boolean readOn = guard.call(() -> heard(message), true);
            ClientCallStreamObserver<ToAgent> open;
            synchronized (sendLock) {
                open = readOn ? requests : null;
                unreadMessages += readOn ? 0 : 1;
            }
            if (open != null && !broken) {
                open.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            guard.run(() -> {
                StreamFailure what = StreamFailure.of(failure, agent.address(), isWelcomed());
                note(what.state(), what.detail());
                broken(what.end(), "the stream to agent %s broke: %s".formatted(agent.agentId(), inWords(failure)));
            });
        }

        private static String inWords(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            return status.getDescription() == null
                    ? status.getCode().name()
                    : status.getCode() + ", " + status.getDescription();
        }

        private void note(AgentConnectionState state, String detail) {
            if (!broken) {
                terms.states().is(agent.agentId(), state, detail);
            }
        }

        @Override
        public void onCompleted() {
            guard.run(() -> {
                note(
                        AgentConnectionState.UNREACHABLE,
                        "the agent at %s ended the stream; it stops, perhaps".formatted(agent.address()));
                broken(StreamEnd.ENDED_BY_AGENT, "agent " + agent.agentId() + " ended the stream");
            });
        }
    }
}
