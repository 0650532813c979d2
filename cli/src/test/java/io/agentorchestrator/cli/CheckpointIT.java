package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.Component;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Long work that loses its agent goes on from where it was, over the real stack. */
@Tag("crash")
class CheckpointIT {
    private static final int WHOLE_MILLIS = 60_000;
    /** One checkpoint a second, numbered from 1. */
    private static final int KILLED_AT_SECOND = 40;

    private static final int RESUMED_AT_LEAST_MILLIS = 39_000;
    /** What may have been reported between the look at the checkpoint and the kill. */
    private static final int RESUMED_AT_MOST_MILLIS = 45_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private RealStack stack;

    @BeforeEach
    void start() throws Exception {
        stack = RealStack.in(home);
        stack.up();
    }

    @AfterEach
    void stop() throws Exception {
        stack.down();
    }

    @Test
    void aMinuteOfWorkWhoseAgentIsKilledAtSecondFortyResumesThere() throws Exception {
        String path = "/v1/tasks/"
                + stack.submit("/v1/tasks", """
                        {"task_type":"simulated","timeout":"PT5M","payload":{"sleep_ms":%d,"checkpoint_every_ms":1000}}""".formatted(WHOLE_MILLIS))
                        .path("task_id")
                        .stringValue();
        RealStack.patiently()
                .until(() -> stack.get(path).at("/checkpoint/sequence").asInt(0) >= KILLED_AT_SECOND);

        stack.kill(Component.SIMULATED_AGENT);
        JsonNode task = stack.awaitEnd(path);

        SimulatedWork.assertStatus(task, "COMPLETED");
        assertThat(task.path("attempts").size()).as(task.toPrettyString()).isEqualTo(2);
        assertThat(task.at("/attempts/0/error/code").asString("")).isEqualTo("AGENT_LOST");
        int resumedFrom = task.at("/result/resumed_from_ms").intValue();
        assertThat(resumedFrom).isBetween(RESUMED_AT_LEAST_MILLIS, RESUMED_AT_MOST_MILLIS);
        assertThat(task.at("/result/slept_ms").intValue()).isEqualTo(WHOLE_MILLIS - resumedFrom);
    }
}
