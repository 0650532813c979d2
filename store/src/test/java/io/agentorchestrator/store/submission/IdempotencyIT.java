package io.agentorchestrator.store.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

class IdempotencyIT {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());
    private static final Duration DAY = Duration.ofDays(1);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final SubmissionStore store = new SubmissionStore(database.dataSource());
    private final IdempotencyStore keys = new IdempotencyStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void storesOneOfManyConcurrentSubmissionsUnderAKey() throws Exception {
        List<Callable<Boolean>> submitters = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SubmissionStore instance = i % 10 == 0 ? new SubmissionStore(database.dataSource()) : store;
            Submission submission = under("acme", "k", "{\"n\":" + i + "}", DAY);
            submitters.add(() -> instance.insert(List.of(submission)).isEmpty());
        }
        int stored = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> submitter : pool.invokeAll(submitters)) {
                stored += submitter.get() ? 1 : 0;
            }
        }

        assertThat(stored).isEqualTo(1);
        assertThat(count("task")).isEqualTo(1);
        assertThat(keys.find("acme", "k").orElseThrow().response()).startsWith("{\"n\":");
    }

    @Test
    void leavesOutWhatIsKnownAndStoresItsNeighbours() {
        Submission first = under("acme", "k", "{\"a\": 1}", DAY);
        store.insert(List.of(first));
        Submission repeated = under("acme", "k", "{\"a\": 2}", DAY);
        Submission elsewhere = under("other", "k", "{}", DAY);
        Submission withoutKey = new Submission(first.origin(), null, List.of(task()), Instant.now());
        Submission twin = under("acme", "k2", "{}", DAY);
        Submission otherTwin = under("acme", "k2", "{}", DAY);

        assertThat(store.insert(List.of(repeated, elsewhere, withoutKey, twin, otherTwin)))
                .containsExactlyInAnyOrder(repeated, otherTwin);

        assertThat(count("task")).isEqualTo(4);
        // As it was given, byte by byte.
        assertThat(keys.find("acme", "k").orElseThrow().response()).isEqualTo("{\"a\": 1}");
        assertThat(keys.find("acme", "k").orElseThrow().requestHash()).containsExactly(1, 2, 3);
        assertThat(keys.find("acme", "never")).isEmpty();
    }

    @Test
    void aSubmissionThatIsRefusedLeavesItsKeyFree() {
        Submission bad = new Submission(
                origin("acme"),
                null,
                List.of(task("no JSON")),
                Instant.now(),
                new IdempotencyEntry("k", new byte[] {1}, "{}", DAY));

        assertThatThrownBy(() -> store.insert(List.of(bad))).isInstanceOf(DataAccessException.class);

        assertThat(keys.find("acme", "k")).isEmpty();
        assertThat(store.insert(List.of(under("acme", "k", "{}", DAY)))).isEmpty();
    }

    @Test
    void anExpiredKeyIsNotFoundAndCanBeUsedAgain() {
        store.insert(List.of(under("acme", "k", "{\"n\":1}", Duration.ZERO)));
        assertThat(keys.find("acme", "k")).isEmpty();

        assertThat(store.insert(List.of(under("acme", "k", "{\"n\":2}", DAY)))).isEmpty();

        assertThat(count("task")).isEqualTo(2);
        assertThat(keys.find("acme", "k").orElseThrow().response()).isEqualTo("{\"n\":2}");
    }

    @Test
    void forgetsExpiredKeysInPortions() {
        for (int i = 0; i < 5; i++) {
            store.insert(List.of(under("acme", "old" + i, "{}", Duration.ZERO)));
        }
        store.insert(List.of(under("acme", "new", "{}", DAY)));

        assertThat(keys.deleteExpired(3)).isEqualTo(3);
        assertThat(keys.deleteExpired(3)).isEqualTo(2);
        assertThat(count("idempotency_key")).isEqualTo(1);
    }

    @Test
    void keysInOppositeOrderDoNotDeadlock() throws Exception {
        AtomicInteger stored = new AtomicInteger();
        int rounds = 200;
        int each = 5;
        Together.race(
                1,
                rounds,
                round -> stored.addAndGet(
                        each - store.insert(keyed(round, each, false)).size()),
                round -> stored.addAndGet(
                        each - store.insert(keyed(round, each, true)).size()),
                round -> stored.addAndGet(
                        each - store.insert(keyed(round, each, true)).size()));

        assertThat(stored.get()).isEqualTo(rounds * each);
        assertThat(count("task")).isEqualTo(rounds * each);
    }

    private static List<Submission> keyed(int round, int count, boolean reversed) {
        List<Submission> submissions = new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> under("acme", round + "-" + i, "{}", DAY))
                .toList());
        if (reversed) {
            Collections.reverse(submissions);
        }
        return submissions;
    }

    private static Submission under(String tenant, String key, String response, Duration lifetime) {
        return new Submission(
                origin(tenant),
                null,
                List.of(task()),
                Instant.now(),
                new IdempotencyEntry(key, new byte[] {1, 2, 3}, response, lifetime));
    }

    private static Origin origin(String tenant) {
        return new Origin(tenant, "somebody", "here", null, null);
    }

    private static NewTask task() {
        return task("{}");
    }

    private static NewTask task(String payload) {
        return new NewTask(
                IDS.next(),
                null,
                "simulated",
                payload,
                false,
                Priority.NORMAL,
                1.0,
                Duration.ofMinutes(1),
                RetryPolicy.DEFAULT,
                "{}",
                List.of(),
                false,
                null);
    }

    private int count(String from) {
        return database.client()
                .sql("select count(*) from " + from)
                .query(Integer.class)
                .single();
    }
}
