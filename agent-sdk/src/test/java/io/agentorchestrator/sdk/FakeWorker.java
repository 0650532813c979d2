package io.agentorchestrator.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentorchestrator.protocol.v1.Acknowledge;
import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.Attach;
import io.agentorchestrator.protocol.v1.Cancel;
import io.agentorchestrator.protocol.v1.Demand;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Preempt;
import io.agentorchestrator.protocol.v1.Renew;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.sdk.registration.Identity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A worker's end of one Work stream over loopback. */
final class FakeWorker implements AutoCloseable {
    private volatile int demand;
    private volatile boolean saysDemand;
    private static final long PATIENCE_SECONDS = 10;

    private final ManagedChannel channel;
    private final ClientCallStreamObserver<ToAgent> stream;
    private final LinkedBlockingQueue<FromAgent> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger loads = new AtomicInteger();
    private volatile int startLimit = -1;
    private final CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();

    private FakeWorker(int port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(SdkLimits.MESSAGE_BYTES)
                .build();
        stream = (ClientCallStreamObserver<ToAgent>) AgentGrpc.newStub(channel).work(new Listener());
    }

    static FakeWorker connect(int port) {
        return new FakeWorker(port);
    }

    static FakeWorker welcomed(int port, Identity identity) {
        FakeWorker worker = connect(port);
        worker.hello(identity);
        worker.await(MessageCase.WELCOME);
        return worker;
    }

    static Hello hello(Identity identity, long sentAtMillis) {
        Hello.Builder hello = Hello.newBuilder()
                .setProtocolVersion(1)
                .setWorkerId("worker-1")
                .setAgentId(identity.agentId())
                .setSentAtMillis(sentAtMillis)
                .setChallenge(
                        ByteString.copyFrom(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (byte) 255}));
        return hello.setProof(ByteString.copyFrom(Proofs.hello(identity, hello.buildPartial())))
                .build();
    }

    static TaskRef ref(int epoch) {
        return ref(UUID.randomUUID().toString(), epoch);
    }

    static TaskRef ref(String taskId, int epoch) {
        return TaskRef.newBuilder().setTaskId(taskId).setEpoch(epoch).build();
    }

    static Start.Builder task(TaskRef ref, String type) {
        return Start.newBuilder()
                .setRef(ref)
                .setAttempt(1)
                .setTaskKey("task-" + ref.getTaskId())
                .setAttemptKey("attempt-" + ref.getTaskId())
                .setTaskType(type)
                .setPayload(ByteString.copyFromUtf8("{}"))
                .setTimeout(seconds(60))
                .setLease(seconds(60))
                .setTenant("default");
    }

    static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    static Duration millis(int millis) {
        return Duration.newBuilder().setNanos(millis * 1_000_000).build();
    }

    void hello(Identity identity) {
        hello(hello(identity, System.currentTimeMillis()));
    }

    void hello(Hello hello) {
        say(ToAgent.newBuilder().setHello(hello));
    }

    void start(Start.Builder start) {
        say(ToAgent.newBuilder().setStart(start));
    }

    void attach(TaskRef... refs) {
        say(ToAgent.newBuilder().setAttach(Attach.newBuilder().addAllRefs(List.of(refs))));
    }

    void cancel(TaskRef ref, String reason) {
        say(ToAgent.newBuilder().setCancel(Cancel.newBuilder().setRef(ref).setReason(reason)));
    }

    void preempt(TaskRef ref, Duration grace) {
        say(ToAgent.newBuilder().setPreempt(Preempt.newBuilder().setRef(ref).setGrace(grace)));
    }

    void acknowledge(TaskRef... refs) {
        say(ToAgent.newBuilder().setAcknowledge(Acknowledge.newBuilder().addAllRefs(List.of(refs))));
    }

    /** Says so, and goes on saying it every second. */
    void demand(int waiting) {
        demand = waiting;
        sayDemand();
        if (!saysDemand) {
            saysDemand = true;
            repeatDemand();
        }
    }

    /** Stands still, as far as the agent hears. */
    void demandNoMore() {
        saysDemand = false;
    }

    private void repeatDemand() {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> {
            if (saysDemand) {
                sayDemand();
                repeatDemand();
            }
        });
    }

    private void sayDemand() {
        say(ToAgent.newBuilder().setDemand(Demand.newBuilder().setWaiting(demand)));
    }

    void renew() {
        say(ToAgent.newBuilder().setRenew(Renew.getDefaultInstance()));
    }

    /** Breaks the stream as a lost connection does. */
    void breakStream() {
        stream.cancel("the connection broke", null);
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> failure)
                .join();
    }

    /** The next message but for Load, which must be of this kind. */
    FromAgent await(MessageCase kind) {
        FromAgent next = next();
        if (next.getMessageCase() != kind) {
            throw new AssertionError("expected " + kind + ", heard " + next);
        }
        return next;
    }

    FromAgent next() {
        try {
            while (true) {
                FromAgent message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("heard nothing for " + PATIENCE_SECONDS + " s; stream ended: " + ended);
                }
                if (message.getMessageCase() != MessageCase.LOAD) {
                    return message;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that has arrived by now, without Load. */
    List<FromAgent> heardSoFar() {
        List<FromAgent> messages = new ArrayList<>();
        heard.drainTo(messages);
        messages.removeIf(message -> message.getMessageCase() == MessageCase.LOAD);
        return messages;
    }

    /** Loads too. */
    LinkedBlockingQueue<FromAgent> raw() {
        return heard;
    }

    /** What the latest Load said; -1: there was none. */
    int startLimit() {
        return startLimit;
    }

    int loads() {
        return loads.get();
    }

    /** With what the agent ended the stream; null: in order. */
    @Nullable Throwable awaitEnd() {
        return ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        saysDemand = false;
        channel.shutdownNow();
    }

    private synchronized void say(ToAgent.Builder message) {
        stream.onNext(message.build());
    }

    private final class Listener implements ClientResponseObserver<ToAgent, FromAgent> {
        @Override
        public void beforeStart(ClientCallStreamObserver<ToAgent> requests) {
            // nothing to set up
        }

        @Override
        public void onNext(FromAgent message) {
            if (message.hasLoad()) {
                startLimit = message.getLoad().getStartLimit();
                loads.incrementAndGet();
            }
            heard.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            ended.complete(failure);
        }

        @Override
        public void onCompleted() {
            ended.complete(null);
        }
    }
}
