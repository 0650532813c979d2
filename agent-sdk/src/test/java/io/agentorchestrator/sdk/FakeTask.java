package io.agentorchestrator.sdk;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A task without a server: what a test of a handler needs. */
public final class FakeTask implements TaskContext {
    private final UUID id;
    private final String type;
    private final JsonNode payload;
    private final int attempt;
    private byte @Nullable [] lastCheckpoint;

    public final List<String> checkpoints = new ArrayList<>();
    public final List<Double> progress = new ArrayList<>();
    public long costMicroUsd;
    /** The reports, in order. */
    public final List<Long> costs = new ArrayList<>();

    public FakeTask(UUID id, String type, String payload, int attempt, @Nullable String checkpoint) {
        this.id = id;
        this.type = type;
        this.payload = Payloads.parse(payload.getBytes(StandardCharsets.UTF_8));
        this.attempt = attempt;
        this.lastCheckpoint = checkpoint == null ? null : checkpoint.getBytes(StandardCharsets.UTF_8);
    }

    public FakeTask(String type, String payload) {
        this(UUID.randomUUID(), type, payload, 1, null);
    }

    /** What the library would make of the handler's result. */
    public JsonNode run(TaskHandler handler) throws Exception {
        return Json.parse(new String(Payloads.write(handler.handle(this)), StandardCharsets.UTF_8));
    }

    @Override
    public UUID taskId() {
        return id;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public int epoch() {
        return attempt;
    }

    @Override
    public String taskKey() {
        return "task-" + id;
    }

    @Override
    public String attemptKey() {
        return "attempt-" + id + "-" + attempt;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public JsonNode payload() {
        return payload;
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public String tenant() {
        return "default";
    }

    @Override
    public TraceContext traceContext() {
        return new TraceContext("", "");
    }

    @Override
    public OptionalLong remainingBudgetMicroUsd() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<byte[]> lastCheckpoint() {
        return Optional.ofNullable(lastCheckpoint);
    }

    @Override
    public void checkpoint(byte[] data) {
        lastCheckpoint = data.clone();
        checkpoints.add(new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void progress(double fraction, String message) {
        progress.add(fraction);
    }

    @Override
    public void usage(long cost, long inputTokens, long outputTokens) {
        costMicroUsd = cost;
        costs.add(cost);
    }

    @Override
    public boolean isCancelled() {
        return false;
    }
}
