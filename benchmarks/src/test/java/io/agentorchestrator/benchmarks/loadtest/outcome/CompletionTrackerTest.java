package io.agentorchestrator.benchmarks.loadtest.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CompletionTrackerTest {
    private static final List<String> TYPES = List.of("load-0", "load-1");
    private static final int PAGE = 20;

    private final TaskLog log = new TaskLog();
    private FakeTasks tasks;
    private TaskApi api;

    @BeforeEach
    void open() throws IOException {
        tasks = new FakeTasks(PAGE);
        api = new TaskApi(tasks.url());
    }

    @AfterEach
    void close() {
        tasks.close();
    }

    private void acknowledged(String... ids) {
        for (String id : ids) {
            log.add(List.of(UUID.fromString(id)), 0, 1);
        }
    }

    private static String id(int number) {
        // Ids on both sides of the sign bit: the API orders them as unsigned.
        return (number % 2 == 0 ? "0" : "f") + "1890a5d-ac96-774b-bcce-b3020000%04d".formatted(number);
    }

    private void running(String... ids) {
        for (String id : ids) {
            tasks.put(id, "load-0", "RUNNING", null, 1);
        }
    }

    private CompletionTracker settling() {
        return new CompletionTracker(api, TYPES, log);
    }

    @Test
    void tellsWhatIsLostAndWhatWasDoneTwice() throws Exception {
        acknowledged(id(1), id(2), id(3), id(4), id(5));
        tasks.put(id(1), "load-0", "COMPLETED", Instant.ofEpochMilli(1_500), 1, "COMPLETED");
        tasks.put(id(2), "load-0", "FAILED", Instant.ofEpochSecond(2), 3, "BOOM");
        tasks.put(id(3), "load-0", "RUNNING", null, 1);
        tasks.put(id(4), "load-1", "COMPLETED", Instant.ofEpochSecond(3), 2, "COMPLETED", "COMPLETED");

        CompletionTracker settling = settling();
        boolean settled = settling.await(Duration.ZERO, Duration.ofMillis(10), open -> {});
        Audit audit = Audit.of(api, log);

        assertThat(settled).isFalse();
        assertThat(settling.open()).isEqualTo(2);
        assertThat(log.endedMicros(0)).isEqualTo(1_500_000);
        assertThat(audit.acknowledged()).isEqualTo(5);
        assertThat(audit.missing()).isEqualTo(1);
        assertThat(audit.open()).isEqualTo(2);
        assertThat(audit.completed()).isEqualTo(2);
        assertThat(audit.failed()).isEqualTo(1);
        assertThat(audit.doubled()).isEqualTo(1);
        assertThat(audit.retried()).isEqualTo(2);
        assertThat(audit.attempts()).containsEntry("COMPLETED", 3L).containsEntry("BOOM", 1L);
        assertThat(audit.lost() + audit.doubled()).isEqualTo(3);
    }

    @Test
    void isCleanWhereEveryTaskEndedOnce() throws Exception {
        acknowledged(id(1), id(2));
        tasks.end(id(1));
        tasks.put(id(2), "load-0", "FAILED", Instant.now(), 3);
        CompletionTracker settling = settling();

        assertThat(settling.await(Duration.ofSeconds(30), Duration.ofMillis(10), open -> {}))
                .isTrue();
        assertThat(Audit.of(api, log))
                .returns(0L, Audit::lost)
                .returns(0, Audit::doubled)
                .returns(0.5, Audit::success);
    }

    @Test
    void followsTasksThatEndLater() throws Exception {
        acknowledged(id(1), id(2));
        running(id(1));
        tasks.put(id(2), "load-0", "QUEUED", null, 0);

        CompletionTracker settling = settling();
        settling.round();
        assertThat(api.depth(TYPES)).isEqualTo(new TaskApi.Depth(1, 1));
        assertThat(settling.open()).isEqualTo(2);

        tasks.endAll();
        acknowledged(id(3));
        settling.round();
        assertThat(settling.open()).isEqualTo(1);
        assertThat(log.completedMicros()).hasSize(2);
    }

    @Test
    void waitsOnWhileTasksEnd() throws Exception {
        String[] ids = {id(1), id(2), id(3), id(4), id(5)};
        acknowledged(ids);
        running(ids);
        CompletionTracker settling = settling();
        Iterator<String> next = List.of(ids).iterator();

        // The last ends later than the limit, and none later than that after the one before.
        boolean settled = settling.await(Duration.ofSeconds(2), Duration.ofMillis(700), open -> {
            if (next.hasNext()) {
                tasks.end(next.next());
            }
        });

        assertThat(settled).isTrue();
        assertThat(log.completedMicros()).hasSize(ids.length);
    }

    @Test
    void givesUpWhenNoneEndsAnyMore() throws Exception {
        acknowledged(id(1), id(2));
        running(id(1), id(2));
        CompletionTracker settling = settling();

        boolean settled = settling.await(Duration.ofMillis(300), Duration.ofMillis(20), open -> tasks.end(id(1)));

        assertThat(settled).isFalse();
        assertThat(settling.open()).isEqualTo(1);
    }

    @Test
    void readsManyByPagesOnlyAsFarAsTheyReach() throws Exception {
        for (int older = 0; older < 3 * PAGE; older++) {
            tasks.end("01890a5d-0000-774b-bcce-b3020000%04d".formatted(older));
        }
        for (int number = 0; number < 4 * PAGE; number++) {
            acknowledged(id(number));
            tasks.end(id(number));
        }
        CompletionTracker settling = settling();

        assertThat(settling.await(Duration.ofSeconds(30), Duration.ofMillis(10), open -> {}))
                .isTrue();
        assertThat(log.completedMicros()).hasSize(4 * PAGE);
        assertThat(tasks.requests).hasSize(5).first().isEqualTo("/v1/queues");
        assertThat(Audit.of(api, log).attempts()).containsExactly(entry("COMPLETED", 80L));
        assertThat(tasks.requests)
                .as("what completed at first needs no look of its own")
                .hasSize(5);
    }

    @Test
    void waitsForAnApiThatIsAway() throws Exception {
        acknowledged(id(1));
        tasks.end(id(1));
        tasks.away = true;
        CompletionTracker settling = settling();

        assertThatThrownBy(settling::round).isInstanceOf(IOException.class);
        assertThat(settling.await(Duration.ofSeconds(30), Duration.ofMillis(10), open -> tasks.away = false))
                .isTrue();
    }

    @Test
    void addsUpHowLongAgentsHadTasks() throws Exception {
        acknowledged(id(1), id(2));
        tasks.put(id(1), "load-0", "COMPLETED", Instant.ofEpochMilli(1_500), 1, "COMPLETED");
        tasks.put(id(2), "load-0", "COMPLETED", Instant.ofEpochMilli(2_500), 2, "BOOM", "COMPLETED");
        CompletionTracker settling = settling();
        settling.round();
        Audit audit = Audit.of(api, log);

        // Half a second of the first, and each a second of the other's two attempts.
        assertThat(audit.busySeconds(log, Instant.EPOCH, Instant.ofEpochSecond(60)))
                .isCloseTo(2.5, within(1e-6));
        assertThat(audit.busySeconds(log, Instant.EPOCH, Instant.ofEpochMilli(1_250)))
                .isCloseTo(0.75, within(1e-6));
    }

    @Test
    void countsReadyAgentsThatWereHeardOf() throws Exception {
        agent("READY", "\"load-0\",\"load-1\"", Instant.now(), 0, "CLOSED");
        agent("LOST", "\"load-0\"", Instant.now(), 1, "CLOSED");
        agent("READY", "\"load-0\"", Instant.now().minusSeconds(3600), 0, "OPEN");
        agent("READY", "\"simulated\"", Instant.now(), 0, "CLOSED");

        assertThat(api.agents("load-0", Duration.ofSeconds(30))).isEqualTo(1);
        assertThat(api.blamedAgents()).isEqualTo(2);
    }

    private void agent(String state, String types, Instant heard, int failures, String breaker) {
        tasks.agents.add("""
                {"state":"%s","agent_types":[%s],"last_heartbeat_at":"%s","breaker":{"state":"%s","failures":%d}}""".formatted(state, types, heard, breaker, failures));
    }
}
