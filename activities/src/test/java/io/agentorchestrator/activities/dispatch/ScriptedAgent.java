package io.agentorchestrator.activities.dispatch;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Accepted;
import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Load;
import io.agentorchestrator.protocol.v1.Progress;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.Refused;
import io.agentorchestrator.protocol.v1.Result;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Unknown;
import io.agentorchestrator.protocol.v1.Usage;
import io.agentorchestrator.protocol.v1.Welcome;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An agent that does what a test says: a hand-written server of the protocol, apart from the library that we ship. */
final class ScriptedAgent implements AutoCloseable {
    final String agentId;
    final List<Start> starts = new CopyOnWriteArrayList<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    /** Outcomes that wait for whoever attaches, by task and epoch. */
    final Map<TaskRef, FromAgent> kept = new ConcurrentHashMap<>();

    /** Tasks at work: whoever attaches hears so, and then their outcome. */
    final Set<TaskRef> working = ConcurrentHashMap.newKeySet();

    private final Map<TaskRef, StreamObserver<FromAgent>> attached = new ConcurrentHashMap<>();
    private final Server server;
    private final List<StreamObserver<FromAgent>> streams = new CopyOnWriteArrayList<>();
    private volatile BiConsumer<Start, StreamObserver<FromAgent>> onStart = (start, out) -> {};
    private volatile boolean impostor;
    private volatile boolean stalled;
    private volatile boolean obeys;
    /** Dispatches that it has said it does not know. */
    private final Set<TaskRef> revoked = ConcurrentHashMap.newKeySet();

    ScriptedAgent(String agentId) {
        this.agentId = agentId;
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(new Service())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ScriptedAgent onStart(BiConsumer<Start, StreamObserver<FromAgent>> script) {
        onStart = script;
        return this;
    }

    /** Tells whether a worker gets a stream to it sooner or later. */
    boolean welcomes() {
        return !impostor && !stalled && !server.isShutdown();
    }

    ScriptedAgent impostor() {
        impostor = true;
        return this;
    }

    /** Hears everything from now on and answers nothing, like a process that has been stopped. */
    void stall() {
        stalled = true;
    }

    /** Ends what it is told to cancel. */
    ScriptedAgent obeys() {
        obeys = true;
        return this;
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Of the proofs of the agent of this name. */
    static byte[] proofKey(String agentId) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(("secret of " + agentId).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes every task and works on it until {@link #finish}. */
    ScriptedAgent works() {
        return onStart((start, out) -> {
            working.add(start.getRef());
            attached.put(start.getRef(), out);
            out.onNext(accepted(start));
        });
    }

    /** Says something of a task at work to whoever watches it. */
    void say(Start start, FromAgent message) {
        StreamObserver<FromAgent> out = attached.get(start.getRef());
        if (out != null) {
            out.onNext(message);
        }
    }

    /** Ends a task at work; its outcome waits for whoever attaches, unless it is heard at once. */
    void finish(Start start, String json) {
        end(start, result(start, json));
    }

    void end(Start start, FromAgent result) {
        kept.put(start.getRef(), result);
        working.remove(start.getRef());
        StreamObserver<FromAgent> out = attached.get(start.getRef());
        if (out != null && streams.contains(out)) {
            out.onNext(result);
        }
    }

    void breakStreams() {
        streams.forEach(stream -> stream.onError(Status.UNAVAILABLE.asRuntimeException()));
        streams.clear();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    static FromAgent accepted(Start start) {
        return FromAgent.newBuilder()
                .setAccepted(Accepted.newBuilder().setRef(start.getRef()))
                .build();
    }

    static FromAgent refused(Start start) {
        return FromAgent.newBuilder()
                .setRefused(Refused.newBuilder().setRef(start.getRef()))
                .build();
    }

    private static FromAgent revoked(Start start) {
        return FromAgent.newBuilder()
                .setRefused(Refused.newBuilder().setRef(start.getRef()).setReason(RefusalReason.REFUSAL_REASON_REVOKED))
                .build();
    }

    static FromAgent result(Start start, String json) {
        return FromAgent.newBuilder()
                .setResult(Result.newBuilder().setRef(start.getRef()).setResult(ByteString.copyFromUtf8(json)))
                .build();
    }

    static FromAgent result(Start start, String json, long costMicroUsd) {
        return FromAgent.newBuilder()
                .setResult(Result.newBuilder()
                        .setRef(start.getRef())
                        .setResult(ByteString.copyFromUtf8(json))
                        .setUsage(Usage.newBuilder().setCostMicroUsd(costMicroUsd)))
                .build();
    }

    static FromAgent progress(Start start, double fraction, String message) {
        return FromAgent.newBuilder()
                .setProgress(Progress.newBuilder()
                        .setRef(start.getRef())
                        .setFraction(fraction)
                        .setMessage(message))
                .build();
    }

    static FromAgent usage(Start start, long costMicroUsd) {
        return FromAgent.newBuilder()
                .setUsage(Usage.newBuilder()
                        .setRef(start.getRef())
                        .setCostMicroUsd(costMicroUsd)
                        .setInputTokens(3)
                        .setOutputTokens(4))
                .build();
    }

    static FromAgent error(Start start, String code, boolean retryable) {
        return FromAgent.newBuilder()
                .setError(Error.newBuilder()
                        .setRef(start.getRef())
                        .setCode(code)
                        .setMessage("scripted")
                        .setRetryable(retryable))
                .build();
    }

    private Welcome welcome(Hello hello) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = impostor ? new byte[32] : proofKey(agentId);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String challenge = HexFormat.of().formatHex(hello.getChallenge().toByteArray());
        byte[] proof = mac.doFinal(("agent|" + agentId + "|" + challenge).getBytes(StandardCharsets.UTF_8));
        return Welcome.newBuilder()
                .setProtocolVersion(1)
                .setAgentId(agentId)
                .setProof(ByteString.copyFrom(proof))
                .build();
    }

    private final class Service extends AgentGrpc.AgentImplBase {
        @Override
        public StreamObserver<ToAgent> work(StreamObserver<FromAgent> stream) {
            StreamObserver<FromAgent> out = new OneAtATime(stream);
            streams.add(out);
            return new StreamObserver<>() {
                @Override
                public void onNext(ToAgent message) {
                    heard.add(message.getMessageCase().name());
                    if (stalled) {
                        return;
                    }
                    switch (message.getMessageCase()) {
                        case HELLO -> greet(message.getHello());
                        case START -> {
                            if (revoked.contains(message.getStart().getRef())) {
                                out.onNext(revoked(message.getStart()));
                                return;
                            }
                            starts.add(message.getStart());
                            onStart.accept(message.getStart(), out);
                        }
                        case ATTACH -> message.getAttach().getRefsList().forEach(this::answer);
                        case RENEW ->
                            out.onNext(FromAgent.newBuilder()
                                    .setLoad(Load.getDefaultInstance())
                                    .build());
                        case CANCEL -> {
                            if (obeys) {
                                cancel(message.getCancel().getRef());
                            }
                        }
                        default -> {}
                    }
                }

                private void cancel(TaskRef ref) {
                    starts.stream()
                            .filter(start ->
                                    working.contains(ref) && start.getRef().equals(ref))
                            .findFirst()
                            .ifPresent(start -> end(start, error(start, "CANCELLED", false)));
                }

                private void greet(Hello hello) {
                    try {
                        out.onNext(FromAgent.newBuilder()
                                .setWelcome(welcome(hello))
                                .build());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }

                private void answer(TaskRef ref) {
                    FromAgent outcome = kept.get(ref);
                    if (outcome != null) {
                        out.onNext(outcome);
                    } else if (working.contains(ref)) {
                        attached.put(ref, out);
                        out.onNext(FromAgent.newBuilder()
                                .setAccepted(Accepted.newBuilder().setRef(ref))
                                .build());
                    } else {
                        revoked.add(ref);
                        out.onNext(FromAgent.newBuilder()
                                .setUnknown(Unknown.newBuilder().setRef(ref))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable broken) {
                    streams.remove(out);
                }

                @Override
                public void onCompleted() {
                    streams.remove(out);
                    out.onCompleted();
                }
            };
        }
    }

    /** A test's thread and the transport's both answer; gRPC's own observer would mix their messages up. */
    private record OneAtATime(StreamObserver<FromAgent> stream) implements StreamObserver<FromAgent> {
        @Override
        public void onNext(FromAgent message) {
            synchronized (stream) {
                stream.onNext(message);
            }
        }

        @Override
        public void onError(Throwable failure) {
            synchronized (stream) {
                stream.onError(failure);
            }
        }

        @Override
        public void onCompleted() {
            synchronized (stream) {
                stream.onCompleted();
            }
        }
    }
}
