package io.agentorchestrator.activities.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.Attach;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Renew;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Welcome;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Work stream to one agent. What is sent before Welcome waits for it. Once broken it stays broken: every listener hears
 * so, and whoever still cares opens another. Thread-safe.
 */
final class AgentStream {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStream.class);
    private static final int PROTOCOL_VERSION = 1;
    private static final int CHALLENGE_BYTES = 16;
    /** Outcomes that came by this stream, remembered to tell which are told again. */
    private static final int MAX_OUTCOMES_REMEMBERED = 1_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final FleetAgent agent;
    private final byte[] challenge = new byte[CHALLENGE_BYTES];
    private final Clock clock;
    private final StreamListener onStream;
    private final Map<DispatchRef, DispatchListener> listeners = new ConcurrentHashMap<>();
    private final Silence silence = new Silence();
    /** Whose outcome somebody has taken; only the transport's thread touches it. */
    private final Set<DispatchRef> outcomesTaken = new LinkedHashSet<>();

    private final Object sendLock = new Object();
    private final List<ToAgent> beforeWelcome = new ArrayList<>();
    private @Nullable StreamObserver<ToAgent> requests;
    private boolean welcomed;
    private volatile @Nullable Broken brokenBy;

    AgentStream(FleetAgent agent, StreamListener onStream, Clock clock) {
        this.agent = agent;
        this.onStream = onStream;
        this.clock = clock;
        RANDOM.nextBytes(challenge);
    }

    void open(ManagedChannel channel, String workerId) {
        long now = clock.millis();
        Hello hello = Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setWorkerId(workerId)
                .setAgentId(agent.agentId())
                .setSentAtMillis(now)
                .setChallenge(ByteString.copyFrom(challenge))
                .setProof(ByteString.copyFrom(
                        CredentialProof.hello(agent.credentialSha256(), workerId, agent.agentId(), now, challenge)))
                .build();
        synchronized (sendLock) {
            requests = AgentGrpc.newStub(channel).work(new Incoming());
            requests.onNext(ToAgent.newBuilder().setHello(hello).build());
        }
    }

    boolean isBroken() {
        return brokenBy != null;
    }

    boolean isWelcomed() {
        synchronized (sendLock) {
            return welcomed;
        }
    }

    /** Listens to a dispatch and sends the message that begins or resumes it. */
    void send(DispatchRef ref, DispatchListener listener, ToAgent message) {
        listeners.put(ref, listener);
        Broken broken = brokenBy;
        if (broken != null) {
            if (listeners.remove(ref, listener)) {
                listener.heard(new AgentEvent.Disconnected(ref, broken.end(), broken.reason()));
            }
            return;
        }
        send(message);
    }

    void attach(DispatchRef ref, DispatchListener listener) {
        send(
                ref,
                listener,
                ToAgent.newBuilder()
                        .setAttach(Attach.newBuilder().addRefs(ProtocolMapping.ref(ref)))
                        .build());
    }

    /** Sends something that nobody waits for; lost where the stream is broken. */
    void send(ToAgent message) {
        synchronized (sendLock) {
            if (brokenBy != null) {
                return;
            }
            if (!welcomed) {
                beforeWelcome.add(message);
                return;
            }
            forward(message);
        }
    }

    void forget(DispatchRef ref, DispatchListener listener) {
        listeners.remove(ref, listener);
    }

    /** Renews the leases of what is at the agent, and breaks the stream of an agent that has long not answered. */
    void renew() {
        // Also for tasks that no batch watches for the moment: this worker is there, and while Temporal is away nobody
        // else may be.
        if (!isWelcomed()) {
            return;
        }
        long now = clock.millis();
        if (silence.isTooLong(now)) {
            close(
                    StreamEnd.SILENT,
                    "agent " + agent.agentId() + " at " + agent.address() + " has said nothing for "
                            + Silence.LIMIT.toSeconds() + " s, though asked");
            return;
        }
        send(ToAgent.newBuilder().setRenew(Renew.getDefaultInstance()).build());
        silence.asked(now);
    }

    /** Ends the stream; tasks go on at the agent. */
    void close(StreamEnd end, String reason) {
        synchronized (sendLock) {
            StreamObserver<ToAgent> open = requests;
            if (brokenBy == null && open != null) {
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
            close(StreamEnd.UNREACHABLE, "no Welcome from agent " + agent.agentId() + " at " + agent.address());
        }
    }

    private void forward(ToAgent message) {
        StreamObserver<ToAgent> open = requests;
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
                agent.credentialSha256(),
                agent.agentId(),
                challenge,
                welcome.getProof().toByteArray());
        if (!proven) {
            close(
                    StreamEnd.UNREACHABLE,
                    "whoever answers at " + agent.address() + " could not prove to be agent " + agent.agentId());
            return;
        }
        synchronized (sendLock) {
            welcomed = true;
            beforeWelcome.forEach(this::forward);
            beforeWelcome.clear();
        }
    }

    private void broken(StreamEnd end, String reason) {
        boolean answered;
        synchronized (sendLock) {
            if (brokenBy != null) {
                return;
            }
            brokenBy = new Broken(end, reason);
            beforeWelcome.clear();
            answered = welcomed;
        }
        onStream.ended(agent, end, answered);
        for (DispatchRef ref : List.copyOf(listeners.keySet())) {
            DispatchListener listener = listeners.remove(ref);
            if (listener != null) {
                listener.heard(new AgentEvent.Disconnected(ref, end, reason));
            }
        }
    }

    private void heard(FromAgent message) {
        silence.heard();
        if (message.hasWelcome()) {
            welcome(message.getWelcome());
            return;
        }
        AgentEvent event = ProtocolMapping.event(message);
        if (event == null) {
            return;
        }
        DispatchListener listener = listeners.get(event.ref());
        boolean outcome = event instanceof AgentEvent.Succeeded || event instanceof AgentEvent.Failed;
        if (listener != null) {
            if (outcome) {
                taken(event.ref());
            }
            listener.heard(event);
        } else if (outcome && outcomesTaken.contains(event.ref())) {
            onStream.outcomeRepeated(agent);
        }
    }

    private void taken(DispatchRef ref) {
        outcomesTaken.add(ref);
        if (outcomesTaken.size() > MAX_OUTCOMES_REMEMBERED) {
            outcomesTaken.remove(outcomesTaken.iterator().next());
        }
    }

    private static boolean isTooLarge(Status status) {
        String description = status.getDescription();
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && description != null
                && description.contains("message exceeds maximum size"); // grpc-java's words for what it would not read
    }

    private static boolean isUnreadable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidProtocolBufferException) {
                return true;
            }
        }
        return false;
    }

    private record Broken(StreamEnd end, String reason) {}

    private final class Incoming implements StreamObserver<FromAgent> {
        @Override
        public void onNext(FromAgent message) {
            try {
                heard(message);
            } catch (IllegalArgumentException rubbish) {
                close(
                        StreamEnd.PROTOCOL_BROKEN,
                        "agent " + agent.agentId() + " broke the protocol: " + rubbish.getMessage());
            }
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            StreamEnd end = isTooLarge(status)
                    ? StreamEnd.MESSAGE_TOO_LARGE
                    : isUnreadable(failure) ? StreamEnd.PROTOCOL_BROKEN : StreamEnd.UNREACHABLE;
            broken(end, "stream to agent " + agent.agentId() + " broke: " + status);
        }

        @Override
        public void onCompleted() {
            broken(StreamEnd.ENDED_BY_AGENT, "agent " + agent.agentId() + " ended the stream");
        }
    }
}
