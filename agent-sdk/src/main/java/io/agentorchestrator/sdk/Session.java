package io.agentorchestrator.sdk;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Preempt;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Usage;
import io.agentorchestrator.protocol.v1.Welcome;
import io.agentorchestrator.sdk.registration.Identity;
import io.agentorchestrator.text.VisibleText;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Work stream. gRPC calls it one message at a time; one virtual thread writes to the stream, so that whoever sends is
 * never held up by it. The end of a stream ends no task.
 */
final class Session implements StreamObserver<ToAgent> {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private static final int LINE_BYTES = 200;

    private final TaskTable table;
    private final Supplier<@Nullable Identity> identity;
    private final WorkerContacts contacts;
    private final ServerCallStreamObserver<FromAgent> stream;
    private final Consumer<Session> onClosed;
    private final Outbox outbox = new Outbox();
    private final long openedNanos = System.nanoTime();

    private volatile long contactNanos = openedNanos;
    private volatile boolean welcomed;
    private volatile boolean closed;
    private volatile @Nullable Status failure;

    Session(
            TaskTable table,
            Supplier<@Nullable Identity> identity,
            WorkerContacts contacts,
            ServerCallStreamObserver<FromAgent> stream,
            Consumer<Session> onClosed) {
        this.table = table;
        this.identity = identity;
        this.contacts = contacts;
        this.stream = stream;
        this.onClosed = onClosed;
    }

    void open() {
        stream.setOnReadyHandler(outbox::wake);
        stream.setOnCancelHandler(this::abandon);
        Thread.ofVirtual().name("stream-writer").start(this::write);
    }

    /** When the worker last renewed the leases on this stream. */
    long contactNanos() {
        return contactNanos;
    }

    boolean closed() {
        return closed;
    }

    void send(FromAgent message) {
        if (!outbox.offer(message)) {
            end(Status.RESOURCE_EXHAUSTED.withDescription("the worker reads too slowly; attach anew"));
        }
    }

    /** Ends a stream that never says who it is. */
    void tick() {
        if (!welcomed && System.nanoTime() - openedNanos > SdkLimits.HELLO_WITHIN.toNanos()) {
            end(Status.UNAUTHENTICATED.withDescription("no Hello within " + SdkLimits.HELLO_WITHIN.toSeconds() + " s"));
        }
    }

    /** Answered at once, even with nothing new to say: the answer is how a worker knows that this agent lives. */
    private void renew() {
        contactNanos = System.nanoTime();
        table.tellLoad(this);
    }

    @Override
    public void onNext(ToAgent message) {
        if (closed) {
            return;
        }
        if (!welcomed) {
            welcome(message);
            return;
        }
        switch (message.getMessageCase()) {
            case START -> start(message.getStart());
            case ATTACH -> table.attach(message.getAttach().getRefsList(), this);
            case CANCEL ->
                table.cancel(message.getCancel().getRef(), message.getCancel().getReason(), this);
            case PREEMPT -> {
                Preempt preempt = message.getPreempt();
                table.preempt(preempt.getRef(), Messages.grace(preempt), this);
            }
            case ACKNOWLEDGE -> table.acknowledge(message.getAcknowledge().getRefsList());
            case RENEW -> renew();
            case DEMAND -> table.demand(message.getDemand().getWaiting(), this);
            case HELLO -> end(Status.FAILED_PRECONDITION.withDescription("Hello was said before"));
            case MESSAGE_NOT_SET -> LOG.debug("A message of a newer protocol was left out");
        }
    }

    private void start(Start start) {
        String objection = objection(start);
        if (objection.isEmpty()) {
            table.start(start, this);
        } else {
            StopReason refusal = new StopReason("INVALID_START", objection, false);
            send(Messages.error(start.getRef(), refusal, Usage.getDefaultInstance()));
        }
    }

    private static String objection(Start start) {
        try {
            UUID.fromString(start.getRef().getTaskId());
        } catch (IllegalArgumentException e) {
            return "the task id is no UUID";
        }
        if (start.getRef().getEpoch() < 1) {
            return "the epoch must be at least 1";
        }
        return start.getAttempt() < 1 ? "the attempt must be at least 1" : "";
    }

    private void welcome(ToAgent message) {
        Identity self = identity.get();
        if (!message.hasHello()) {
            end(Status.UNAUTHENTICATED.withDescription("the first message must be Hello"));
            return;
        }
        Hello hello = message.getHello();
        String objection =
                self == null ? "the agent is not registered yet" : Proofs.objection(hello, self, Instant.now());
        if (self == null || !objection.isEmpty()) {
            contacts.turnedAway(line(hello.getWorkerId()), line(objection));
            end(Status.UNAUTHENTICATED.withDescription(objection));
            return;
        }
        welcomed = true;
        contactNanos = System.nanoTime();
        send(FromAgent.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(1)
                        .setAgentId(self.agentId())
                        .setProof(ByteString.copyFrom(Proofs.welcome(self, hello.getChallenge())))
                        .setMaxConcurrentTasks(table.maxConcurrentTasks())
                        .setActiveTasks(table.activeTasks())
                        .setPreempts(true))
                .build());
        table.open(this);
        contacts.welcomed(line(hello.getWorkerId()));
    }

    /** Shows what others say in a line of a log. */
    private static String line(String text) {
        return VisibleText.of(SdkLimits.truncate(text, LINE_BYTES));
    }

    boolean isWelcomed() {
        return welcomed && !closed;
    }

    @Override
    public void onError(Throwable broken) {
        abandon();
    }

    @Override
    public void onCompleted() {
        outbox.close();
        markClosed();
    }

    /** Says nothing more and ends the stream: in order with null, else with what went wrong. */
    void end(@Nullable Status status) {
        failure = status;
        if (status == null) {
            outbox.close();
        } else {
            outbox.abandon();
        }
        markClosed();
    }

    private void abandon() {
        outbox.abandon();
        markClosed();
    }

    private void markClosed() {
        closed = true;
        table.close(this);
        onClosed.accept(this);
    }

    private void write() {
        try {
            for (FromAgent message = outbox.take(stream::isReady);
                    message != null;
                    message = outbox.take(stream::isReady)) {
                stream.onNext(message);
            }
            Status status = failure;
            if (status == null) {
                stream.onCompleted();
            } else {
                stream.onError(status.asRuntimeException());
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.debug("A stream broke while it was written to", e);
            abandon();
        }
    }
}
