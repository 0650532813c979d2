package io.agentorchestrator.sdk;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Checkpoint;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Progress;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A dispatch as its handler sees it. */
final class LiveTask implements TaskContext {
    private final AcceptedDispatch dispatch;
    private final TaskTable table;
    private final Start start;
    private final UUID taskId;
    private final JsonNode payload;
    private long checkpointSequence;
    private Optional<ByteString> checkpoint;

    LiveTask(AcceptedDispatch dispatch, TaskTable table, JsonNode payload) {
        this.dispatch = dispatch;
        this.table = table;
        this.start = dispatch.start;
        this.taskId = UUID.fromString(start.getRef().getTaskId());
        this.payload = payload;
        this.checkpointSequence = start.getCheckpoint().getSequence();
        this.checkpoint =
                start.hasCheckpoint() ? Optional.of(start.getCheckpoint().getData()) : Optional.empty();
    }

    @Override
    public UUID taskId() {
        return taskId;
    }

    @Override
    public int attempt() {
        return start.getAttempt();
    }

    @Override
    public int epoch() {
        return start.getRef().getEpoch();
    }

    @Override
    public String taskKey() {
        return start.getTaskKey();
    }

    @Override
    public String attemptKey() {
        return start.getAttemptKey();
    }

    @Override
    public String type() {
        return start.getTaskType();
    }

    @Override
    public JsonNode payload() {
        return payload;
    }

    @Override
    public Optional<Instant> deadline() {
        return start.hasDeadline()
                ? Optional.of(Instant.ofEpochSecond(
                        start.getDeadline().getSeconds(), start.getDeadline().getNanos()))
                : Optional.empty();
    }

    @Override
    public String tenant() {
        return start.getTenant();
    }

    @Override
    public TraceContext traceContext() {
        return new TraceContext(start.getTraceparent(), start.getTracestate());
    }

    @Override
    public OptionalLong remainingBudgetMicroUsd() {
        return start.hasRemainingBudgetMicroUsd()
                ? OptionalLong.of(start.getRemainingBudgetMicroUsd())
                : OptionalLong.empty();
    }

    @Override
    public synchronized Optional<byte[]> lastCheckpoint() {
        return checkpoint.map(ByteString::toByteArray);
    }

    @Override
    public synchronized void checkpoint(byte[] data) {
        if (data.length > SdkLimits.CHECKPOINT_BYTES) {
            throw TaskFailure.terminal(
                    "CHECKPOINT_TOO_LARGE",
                    "a checkpoint of " + data.length + " bytes; " + SdkLimits.CHECKPOINT_BYTES + " are allowed");
        }
        ByteString copy = ByteString.copyFrom(data);
        checkpoint = Optional.of(copy);
        checkpointSequence++;
        table.report(
                dispatch,
                FromAgent.newBuilder()
                        .setCheckpoint(Checkpoint.newBuilder()
                                .setRef(dispatch.ref)
                                .setSequence(checkpointSequence)
                                .setData(copy))
                        .build());
    }

    @Override
    public void progress(double fraction, String message) {
        if (Double.isNaN(fraction)) {
            throw new IllegalArgumentException("the fraction of progress is not a number");
        }
        table.report(
                dispatch,
                FromAgent.newBuilder()
                        .setProgress(Progress.newBuilder()
                                .setRef(dispatch.ref)
                                .setFraction(Math.clamp(fraction, 0.0, 1.0))
                                .setMessage(SdkLimits.truncate(message, SdkLimits.PROGRESS_MESSAGE_BYTES)))
                        .build());
    }

    @Override
    public void usage(long costMicroUsd, long inputTokens, long outputTokens) {
        if (costMicroUsd < 0 || inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("usage cannot be negative");
        }
        table.report(
                dispatch,
                FromAgent.newBuilder()
                        .setUsage(Usage.newBuilder()
                                .setRef(dispatch.ref)
                                .setCostMicroUsd(costMicroUsd)
                                .setInputTokens(inputTokens)
                                .setOutputTokens(outputTokens))
                        .build());
    }

    @Override
    public Optional<Duration> preemptionGrace() {
        Long until = dispatch.graceUntilNanos;
        return until == null ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    @Override
    public void onPreemption(Runnable listener) {
        table.onPreemption(dispatch, listener);
    }

    @Override
    public boolean isCancelled() {
        return dispatch.ending != null;
    }
}
