package io.agentorchestrator.cli.chaos;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.LedgerFile;
import io.agentorchestrator.cli.LedgerFile.Charge;
import io.agentorchestrator.cli.RealStack;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.supervise.StackView;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A tenant's budget holds on a real stack while 64 clients submit four times as much as it suffices for, and workers and agents are killed: what was
 * told is in the ledger, and nothing stays set apart.
 *
 * <p>{@code -Dcrash.seed=N} repeats who is killed when.
 */
@Tag("crash")
class BudgetChaosIT {
    private static final String TYPE = "spender";
    private static final int SUBMITTERS = 64;
    private static final int TASKS = 200;
    private static final int AFFORDABLE = 50;
    /** Millionths of a US dollar: of a task, and of each of its ten reports. */
    private static final long COST = 10_000;

    private static final long REPORT = COST / 10;
    private static final long LIMIT = AFFORDABLE * COST;

    private static final int STRIKES = 16;
    private static final Duration KILL_EVERY = Duration.ofSeconds(3);
    /** Each so-manieth strike is at the worker. */
    private static final int AGENTS_TO_A_WORKER = 5;

    private static final Duration SETTLED = Duration.ofSeconds(8);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final long seed = Long.getLong("crash.seed", new SecureRandom().nextLong(1_000_000_000L));
    private final CountDownLatch never = new CountDownLatch(1);
    private RealStack stack;

    @BeforeEach
    void start() throws Exception {
        System.out.println("crash.seed=" + seed);
        stack = RealStack.in(home);
        stack.up();
    }

    @AfterEach
    void stop() throws Exception {
        stack.down();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void aBudgetHoldsWhileWorkersAndAgentsAreKilled() throws Exception {
        LocalDate day = LocalDate.now(ZoneOffset.UTC);
        limit(LIMIT);
        List<String> ids;
        try (Fleet fleet = Fleet.start(stack, TYPE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> killing = threads.submit(() -> {
                kill(fleet);
                return null;
            });
            ids = submitAll(threads);
            long most = watch(killing);
            Assumptions.assumeTrue(day.equals(LocalDate.now(ZoneOffset.UTC)), "the budget began anew at midnight");
            long completed = completed(ids);
            System.out.printf(
                    "%d of %d completed; spent and set apart at most %,d of %,d micro-USD, spent %,d; %d agents killed%n",
                    completed,
                    TASKS,
                    most,
                    LIMIT,
                    budget().spent(),
                    fleet.killed().size());
            assertThat(completed).isBetween(AFFORDABLE / 2L, (long) AFFORDABLE);
            assertThat(budget().spent()).isGreaterThan(LIMIT - 2 * COST);

            limit(LIMIT * TASKS);
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> completed(ids) == TASKS);
            patiently().until(() -> budget().reserved() == 0);
            check(ids, fleet);
        }
    }

    /** Watches that spent and set apart never exceed the limit but by a report of each attempt that may run; the most of it that was seen. */
    private long watch(Future<?> killing) throws Exception {
        long most = 0;
        long settledSince = System.nanoTime();
        while (!killing.isDone() || System.nanoTime() - settledSince < SETTLED.toNanos()) {
            pause(Duration.ofMillis(200));
            Budget now = budget();
            most = Math.max(most, now.spent() + now.reserved());
            assertThat(now.spent() + now.reserved()).isLessThanOrEqualTo(LIMIT + Fleet.SLOTS * REPORT);
            if (now.reserved() > 0 || now.spent() <= LIMIT - 2 * COST) {
                settledSince = System.nanoTime();
            }
        }
        killing.get();
        return most;
    }

    /** The next blow falls when the stack has come up from the last. */
    private void kill(Fleet fleet) throws Exception {
        Random random = new Random(seed);
        for (int strike = 1; strike <= STRIKES; strike++) {
            pause(KILL_EVERY);
            if (strike % AGENTS_TO_A_WORKER == 0) {
                patiently().until(() -> StackView.of(stack.layout()).up());
                stack.kill(Component.WORKER);
            } else {
                boolean _ = fleet.kill(random.nextInt(Fleet.AGENTS));
            }
        }
    }

    private List<String> submitAll(ExecutorService threads) throws Exception {
        List<Future<List<String>>> submitters = new ArrayList<>();
        for (int submitter = 0; submitter < SUBMITTERS; submitter++) {
            int first = submitter;
            submitters.add(threads.submit(() -> {
                List<String> mine = new ArrayList<>();
                for (int task = first; task < TASKS; task += SUBMITTERS) {
                    mine.add(submit("budget-" + task));
                }
                return mine;
            }));
        }
        List<String> ids = new ArrayList<>();
        for (Future<List<String>> submitter : submitters) {
            ids.addAll(submitter.get());
        }
        return ids;
    }

    private String submit(String key) {
        String task = """
                {"task_type":"%s","labels":{"budget":"%d"},"retry":{"max_attempts":50,"initial_interval":"PT0.2S"},
                 "payload":{"sleep_ms":2000,"checkpoint_every_ms":200,"cost_usd":0.01}}""".formatted(TYPE, seed);
        return patiently()
                .ignoreExceptions()
                .until(() -> stack.post("/v1/tasks", task, key), answer -> answer.status() == 202)
                .body()
                .path("task_id")
                .stringValue();
    }

    /** The ledger says of each task what its agents charged; of those that were killed it may lack what they told at the end. */
    private void check(List<String> ids, Fleet fleet) throws Exception {
        Map<String, List<Charge>> told = new LedgerFile(stack.layout().data().resolve("ledger"))
                .charges().stream().collect(Collectors.groupingBy(Charge::taskKey));
        long sum = 0;
        int exact = 0;
        for (String id : ids) {
            long actual = micros(stack.get("/v1/tasks/" + id).path("cost").path("actual"));
            List<Charge> charges = told.get(id);
            sum += actual;
            long most = charges.stream().mapToLong(Charge::costMicroUsd).sum();
            long heard = charges.stream()
                    .filter(charge -> !fleet.killed().contains(charge.pid()))
                    .mapToLong(charge -> charge.costMicroUsd() == COST ? COST : charge.costMicroUsd() - REPORT)
                    .sum();
            assertThat(actual).as(id + " " + charges).isBetween(Math.max(COST, heard), most);
            if (charges.size() == 1) {
                assertThat(actual).as(id).isEqualTo(most);
                exact++;
            }
        }
        System.out.printf("%d tasks were executed once; all together cost %,d micro-USD%n", exact, sum);
        assertThat(budget().spent()).isEqualTo(sum);
        assertThat(micros(stack.get("/v1/costs").path("costs").path(0).path("spent_usd")))
                .isEqualTo(sum);
    }

    private long completed(List<String> ids) throws Exception {
        JsonNode page = stack.get("/v1/tasks?limit=1000&status=COMPLETED&label=budget=" + seed);
        assertThat(page.path("tasks").size()).isLessThanOrEqualTo(ids.size());
        return page.path("tasks").size();
    }

    private void limit(long microUsd) throws IOException, InterruptedException {
        String body = "{\"period\":\"P1D\",\"cost_usd\":" + BigDecimal.valueOf(microUsd, 6) + "}";
        RealStack.ApiAnswer answer = stack.put("/v1/budgets/daily", body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private Budget budget() {
        JsonNode view = patiently()
                .ignoreExceptionsMatching(e -> e instanceof IOException || e instanceof JacksonException)
                .until(() -> stack.find("/v1/budgets"), answer -> answer.status() == 200)
                .body()
                .path("budgets")
                .path(0);
        return new Budget(micros(view.path("spent_usd")), micros(view.path("reserved_usd")));
    }

    private static long micros(JsonNode usd) {
        return usd.decimalValue().movePointRight(6).longValueExact();
    }

    private void pause(Duration duration) throws InterruptedException {
        if (never.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("nobody counts it down");
        }
    }

    private record Budget(long spent, long reserved) {}
}
