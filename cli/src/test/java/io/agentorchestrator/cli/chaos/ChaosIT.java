package io.agentorchestrator.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.LedgerFile;
import io.agentorchestrator.cli.RealStack;
import io.agentorchestrator.cli.chaos.Client.Requests;
import io.agentorchestrator.cli.chaos.Killer.Victim;
import io.agentorchestrator.cli.supervise.StackView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Everything that can fail does: one attempt in ten goes wrong, and every process is killed several times while clients submit.
 * Nothing that was acknowledged is lost, nothing happens twice, and nearly all of it completes.
 *
 * <p>{@code -Dcrash.seed=N} repeats the decisions of a run; {@code -Dcrash.seconds=N} sets how long the killing lasts.
 */
@Tag("crash")
class ChaosIT {
    /** What {@code .ci/run} prints. */
    private static final Path REPORT = Path.of("target", "crash-test.txt");

    private static final Duration ALL_UP_LIMIT = Duration.ofMinutes(2);
    private static final Duration ALL_ENDED_LIMIT = Duration.ofMinutes(6);
    private static final Duration DEAD_LETTERS_LIMIT = Duration.ofMinutes(1);
    private static final double COMPLETED_PERCENT = 99.5;
    private static final int LEAST_TASKS = 2_000;
    private static final int LEAST_KILLS = 2;
    private static final int SHOWN_VIOLATIONS = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final long seed = Long.getLong("crash.seed", new SecureRandom().nextLong(1_000_000_000L));
    private final Duration length = Duration.ofSeconds(Long.getLong("crash.seconds", 170));
    private final Acknowledged acknowledged = new Acknowledged();
    private RealStack stack;

    /** What was done to the stack. */
    private record Chaos(Requests requests, Map<Victim, Integer> kills) {}

    @BeforeEach
    void start() throws Exception {
        System.out.println("crash.seed=" + seed);
        Files.deleteIfExists(REPORT);
        stack = RealStack.in(home);
        stack.up();
    }

    @AfterEach
    void stop() throws Exception {
        stack.down();
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsLostAndNothingHappensTwiceWhileEverythingIsKilled() throws Exception {
        long startedNanos = System.nanoTime();
        Chaos chaos;
        int crashes;
        try (Fleet fleet = Fleet.start(stack, Workload.FRAGILE_TYPE)) {
            chaos = wreak(fleet, startedNanos);
            await().atMost(ALL_UP_LIMIT)
                    .until(() -> StackView.of(stack.layout()).up());
            awaitAllEnded();
            crashes = fleet.crashes();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);

        Audit audit = new Audit(
                acknowledged.tasks(), Audit.read(stack, acknowledged.tasks().keySet()));
        audit.checkEnds();
        DeadLetters deadLetters = deadLetters((int) audit.count("FAILED"));
        audit.checkDeadLetters(deadLetters);
        Figures figures = new Figures(
                seed,
                took,
                chaos.requests(),
                chaos.kills(),
                crashes,
                audit,
                acknowledged.tasks(),
                deadLetters,
                audit.checkResults(),
                audit.checkEffects(new LedgerFile(stack.layout().data().resolve("ledger"))));
        publish(figures.lines());

        assertThat(audit.violations().stream().limit(SHOWN_VIOLATIONS)).isEmpty();
        assertThat(listed()).hasSize(acknowledged.tasks().size()).hasSizeGreaterThanOrEqualTo(LEAST_TASKS);
        assertThat(audit.eligible().percent()).isGreaterThanOrEqualTo(COMPLETED_PERCENT);
        assertThat(chaos.kills())
                .containsOnlyKeys(Victim.values())
                .allSatisfy((victim, times) -> assertThat(times).isGreaterThanOrEqualTo(LEAST_KILLS));
    }

    private Chaos wreak(Fleet fleet, long startedNanos) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Requests>> clients = new ArrayList<>();
            for (List<Submission> share : Workload.draw(seed, length)) {
                clients.add(threads.submit(new Client(stack, share, acknowledged, startedNanos, Long.toString(seed))));
            }
            Future<Map<Victim, Integer>> kills = threads.submit(new Killer(stack, fleet, seed, length, startedNanos));
            Requests requests = new Requests(0, 0, 0);
            for (Future<Requests> client : clients) {
                requests = requests.plus(client.get());
            }
            return new Chaos(requests, kills.get());
        }
    }

    /** Asked of every task, not by status: a task changes its status between two questions. */
    private void awaitAllEnded() {
        await().atMost(ALL_ENDED_LIMIT)
                .pollInterval(Duration.ofSeconds(2))
                .ignoreExceptions()
                .until(() -> listed().stream().allMatch(task -> task.has("ended_at")));
    }

    /** Entries reach the stream a little after their tasks failed. */
    private DeadLetters deadLetters(int expected) {
        return await().atMost(DEAD_LETTERS_LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> DeadLetters.read(stack),
                        read -> read.listed().size() >= expected
                                && read.streamed().size() >= expected);
    }

    /** The tasks of this test, whoever knows of them. */
    private List<JsonNode> listed() throws Exception {
        List<JsonNode> tasks = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = stack.get("/v1/tasks?label=chaos=" + seed + "&limit=1000" + cursor);
            page.path("tasks").forEach(tasks::add);
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").stringValue()
                    : "";
        } while (!cursor.isEmpty());
        return tasks;
    }

    private static void publish(List<String> lines) throws IOException {
        lines.forEach(System.out::println);
        Files.write(REPORT, lines);
    }
}
