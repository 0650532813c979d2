package io.agentorchestrator.activities.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.protocol.v1.Acknowledge;
import io.agentorchestrator.protocol.v1.Attach;
import io.agentorchestrator.protocol.v1.Cancel;
import io.agentorchestrator.protocol.v1.Checkpoint;
import io.agentorchestrator.protocol.v1.Demand;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Preempt;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Usage;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.model.Limits;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Between our words and the protocol's messages. */
final class ProtocolMapping {
    /** Tokens that an attempt can have used, input and output each: of more, so many count. Sums of a million such attempts fit into a long. */
    static final long MAX_TOKENS = 1_000_000_000_000L;

    /** The most that an attempt can have cost, in millionths of a US dollar: of more, so much counts. */
    static final long MAX_MICRO_USD = 1_000_000_000_000_000L;

    private ProtocolMapping() {}

    static TaskRef ref(DispatchRef ref) {
        return TaskRef.newBuilder()
                .setTaskId(ref.taskId().toString())
                .setEpoch(ref.epoch())
                .build();
    }

    static ToAgent start(StartRequest order) {
        Start.Builder start = Start.newBuilder()
                .setRef(ref(order.ref()))
                .setAttempt(order.attempt())
                .setTaskKey(order.ref().taskId().toString())
                .setAttemptKey(order.ref().taskId() + "/" + order.attempt())
                .setTaskType(order.taskType())
                .setPayload(ByteString.copyFrom(order.payload()))
                .setTimeout(duration(order.timeout()))
                .setLease(duration(order.lease()))
                .setTenant(order.tenant());
        if (order.deadline() != null) {
            start.setDeadline(timestamp(order.deadline()));
        }
        if (order.traceparent() != null) {
            start.setTraceparent(order.traceparent());
        }
        if (order.tracestate() != null) {
            start.setTracestate(order.tracestate());
        }
        if (order.remainingMicroUsd() != null) {
            start.setRemainingBudgetMicroUsd(order.remainingMicroUsd());
        }
        if (order.remainingTokens() != null) {
            start.setRemainingTokens(order.remainingTokens());
        }
        if (order.checkpoint() != null) {
            start.setCheckpoint(Checkpoint.newBuilder()
                    .setRef(ref(order.ref()))
                    .setSequence(order.checkpoint().sequence())
                    .setData(ByteString.copyFrom(order.checkpoint().data())));
        }
        return ToAgent.newBuilder().setStart(start).build();
    }

    static ToAgent attach(List<DispatchRef> refs) {
        return ToAgent.newBuilder()
                .setAttach(Attach.newBuilder()
                        .addAllRefs(refs.stream().map(ProtocolMapping::ref).toList()))
                .build();
    }

    static ToAgent demand(int waiting) {
        return ToAgent.newBuilder()
                .setDemand(Demand.newBuilder().setWaiting(waiting))
                .build();
    }

    static ToAgent cancel(DispatchRef ref, String reason) {
        return ToAgent.newBuilder()
                .setCancel(Cancel.newBuilder().setRef(ref(ref)).setReason(reason))
                .build();
    }

    static ToAgent preempt(DispatchRef ref, java.time.Duration grace) {
        return ToAgent.newBuilder()
                .setPreempt(Preempt.newBuilder().setRef(ref(ref)).setGrace(duration(grace)))
                .build();
    }

    static ToAgent acknowledge(List<DispatchRef> refs) {
        return ToAgent.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .addAllRefs(refs.stream().map(ProtocolMapping::ref).toList()))
                .build();
    }

    /**
     * Reads what a message says of a dispatch; null where it speaks of none.
     *
     * @throws IllegalArgumentException if the message does not keep the protocol
     */
    static @Nullable AgentEvent event(FromAgent message) {
        return switch (message.getMessageCase()) {
            case ACCEPTED -> new AgentEvent.Accepted(ref(message.getAccepted().getRef()));
            case REFUSED ->
                new AgentEvent.Refused(
                        ref(message.getRefused().getRef()),
                        switch (message.getRefused().getReason()) {
                            case REFUSAL_REASON_FULL -> AgentEvent.Refusal.FULL;
                            case REFUSAL_REASON_SHUTTING_DOWN -> AgentEvent.Refusal.SHUTTING_DOWN;
                            case REFUSAL_REASON_UNKNOWN_TYPE -> AgentEvent.Refusal.UNKNOWN_TYPE;
                            case REFUSAL_REASON_REVOKED -> AgentEvent.Refusal.REVOKED;
                            case REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> AgentEvent.Refusal.OTHER;
                        });
            case UNKNOWN -> new AgentEvent.Unknown(ref(message.getUnknown().getRef()));
            case PROGRESS ->
                new AgentEvent.Progressed(
                        ref(message.getProgress().getRef()),
                        Math.clamp(message.getProgress().getFraction(), 0.0, 1.0),
                        storable(message.getProgress().getMessage(), Limits.MAX_PROGRESS_MESSAGE_BYTES));
            case CHECKPOINT ->
                new AgentEvent.CheckpointTaken(
                        ref(message.getCheckpoint().getRef()),
                        message.getCheckpoint().getSequence(),
                        message.getCheckpoint().getData().toByteArray());
            case USAGE -> new AgentEvent.UsageReported(ref(message.getUsage().getRef()), usage(message.getUsage()));
            case RESULT ->
                new AgentEvent.Succeeded(
                        ref(message.getResult().getRef()),
                        message.getResult().getResult().toByteArray(),
                        message.getResult().hasUsage()
                                ? usage(message.getResult().getUsage())
                                : null);
            case ERROR -> failed(message.getError());
            case WELCOME, LOAD, MESSAGE_NOT_SET -> null;
        };
    }

    /** The longest beginning of the text that takes no more bytes in UTF-8, without NUL, which PostgreSQL's text does not hold. */
    private static String storable(String text, int maxBytes) {
        String clean = text.replace("\0", "");
        int bytes = 0;
        int at = 0;
        while (at < clean.length()) {
            int point = clean.codePointAt(at);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                return clean.substring(0, at);
            }
            at += Character.charCount(point);
        }
        return clean;
    }

    private static AgentEvent failed(Error error) {
        return new AgentEvent.Failed(
                ref(error.getRef()),
                error.getCode(),
                error.getMessage(),
                error.getRetryable(),
                error.hasUsage() ? usage(error.getUsage()) : null);
    }

    private static DispatchRef ref(TaskRef ref) {
        return new DispatchRef(UUID.fromString(ref.getTaskId()), ref.getEpoch());
    }

    private static AttemptOutcome.Usage usage(Usage usage) {
        return new AttemptOutcome.Usage(
                Math.clamp(usage.getCostMicroUsd(), 0, MAX_MICRO_USD),
                Math.clamp(usage.getInputTokens(), 0, MAX_TOKENS),
                Math.clamp(usage.getOutputTokens(), 0, MAX_TOKENS));
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
