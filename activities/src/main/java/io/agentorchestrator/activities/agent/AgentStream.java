package io.agentorchestrator.activities.agent;

import com.google.protobuf.ByteString;
import io.agentorchestrator.activities.agent.AgentEvent.HandOverRef;
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
import java.util.List;
import java.util.Map;
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
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FleetAgent agent;
    private final byte[] challenge = new byte[CHALLENGE_BYTES];
    private final Map<HandOverRef, HandOverListener> listeners = new ConcurrentHashMap<>();
    private final Object sendLock = new Object();
    private final List<ToAgent> beforeWelcome = new ArrayList<>();
    private @Nullable StreamObserver<ToAgent> requests;
    private boolean welcomed;
    private volatile @Nullable String brokenBy;

    AgentStream(FleetAgent agent) {
        this.agent = agent;
        RANDOM.nextBytes(challenge);
    }

    void open(ManagedChannel channel, String workerId, Clock clock) {
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

    /** Listens to a hand-over and sends the message that begins or resumes it. */
    void send(HandOverRef ref, HandOverListener listener, ToAgent message) {
        listeners.put(ref, listener);
        String reason = brokenBy;
        if (reason != null) {
            if (listeners.remove(ref, listener)) {
                listener.heard(new AgentEvent.Disconnected(ref, reason));
            }
            return;
        }
        send(message);
    }

    void attach(HandOverRef ref, HandOverListener listener) {
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

    void forget(HandOverRef ref, HandOverListener listener) {
        listeners.remove(ref, listener);
    }

    void renew() {
        if (!listeners.isEmpty()) {
            send(ToAgent.newBuilder().setRenew(Renew.getDefaultInstance()).build());
        }
    }

    /** Ends the stream; tasks go on at the agent. */
    void close(String reason) {
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
        broken(reason);
    }

    /** Breaks the stream where the agent has not answered Hello. */
    void expireHandshake() {
        if (!isWelcomed()) {
            close("no Welcome from agent " + agent.agentId() + " at " + agent.address());
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
            close("whoever answers at " + agent.address() + " could not prove to be agent " + agent.agentId());
            return;
        }
        synchronized (sendLock) {
            welcomed = true;
            beforeWelcome.forEach(this::forward);
            beforeWelcome.clear();
        }
    }

    private void broken(String reason) {
        synchronized (sendLock) {
            if (brokenBy != null) {
                return;
            }
            brokenBy = reason;
            beforeWelcome.clear();
        }
        for (HandOverRef ref : List.copyOf(listeners.keySet())) {
            HandOverListener listener = listeners.remove(ref);
            if (listener != null) {
                listener.heard(new AgentEvent.Disconnected(ref, reason));
            }
        }
    }

    private void heard(FromAgent message) {
        if (message.hasWelcome()) {
            welcome(message.getWelcome());
            return;
        }
        AgentEvent event = ProtocolMapping.event(message);
        if (event == null) {
            return;
        }
        HandOverListener listener = listeners.get(event.ref());
        if (listener != null) {
            listener.heard(event);
        }
    }

    private final class Incoming implements StreamObserver<FromAgent> {
        @Override
        public void onNext(FromAgent message) {
            try {
                heard(message);
            } catch (IllegalArgumentException rubbish) {
                close("agent " + agent.agentId() + " broke the protocol: " + rubbish.getMessage());
            }
        }

        @Override
        public void onError(Throwable failure) {
            broken("stream to agent " + agent.agentId() + " broke: " + Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            broken("agent " + agent.agentId() + " ended the stream");
        }
    }
}
