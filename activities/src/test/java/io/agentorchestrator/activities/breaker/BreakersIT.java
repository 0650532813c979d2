package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.activities.testkit.TestClock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** Two workers, one Redis, and a clock that the test moves. */
class BreakersIT {
    private static final String AGENT = "agent-1";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TestClock clock = TestClock.standing();
    private final List<Breakers> workers = new ArrayList<>();
    private final AtomicInteger tasks = new AtomicInteger();
    private final int port = freePort();
    private RedisServer redis = startRedis();
    private Breakers one = worker();
    private Breakers two = worker();

    @BeforeEach
    void look() {
        refresh();
    }

    @AfterEach
    void close() throws IOException {
        workers.forEach(Breakers::close);
        redis.stop();
    }

    @Test
    void fiveFailuresInARowOverAllWorkersOpenItForAll() {
        for (int i = 0; i < 4; i++) {
            (i % 2 == 0 ? one : two).failed(AGENT, ref());
        }
        refresh();
        assertThat(one.all().get(AGENT).failures()).isEqualTo(4);
        assertThat(two.phase(AGENT)).isEqualTo(Phase.CLOSED);

        two.failed(AGENT, ref());
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(Phase.OPEN);
        assertThat(two.phase(AGENT)).isEqualTo(Phase.OPEN);
        assertThat(redisFields()).containsEntry("state", "OPEN").containsEntry("failures", "5");
    }

    @Test
    void fourFailuresAndASuccessDoNot() {
        for (int i = 0; i < 4; i++) {
            one.failed(AGENT, ref());
        }
        settle(one);
        two.succeeded(AGENT, ref());
        settle(two);
        for (int i = 0; i < 4; i++) {
            one.failed(AGENT, ref());
        }
        refresh();

        assertThat(one.all().get(AGENT).failures()).isEqualTo(4);
        assertThat(two.phase(AGENT)).isEqualTo(Phase.CLOSED);
    }

    @Test
    void failuresAtTheSameTimeCountOneEach() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Breakers worker = i % 2 == 0 ? one : two;
            all.add(CompletableFuture.runAsync(() -> worker.failed(AGENT, ref())));
        }
        all.forEach(CompletableFuture::join);
        refresh();

        assertThat(one.all().get(AGENT).failures()).isEqualTo(4);
        assertThat(two.all().get(AGENT).failures()).isEqualTo(4);
    }

    @Test
    void aSecondLaterAnotherWorkerSeesItOpen() {
        open();
        Breakers late = worker();
        late.start();

        Awaitility.await().until(() -> late.phase(AGENT) == Phase.OPEN);
    }

    @Test
    void oneTrialInTheWholeFleetAfterSixtySeconds() {
        open();
        clock.advance(Duration.ofSeconds(59));
        refresh();
        assertThat(one.isTrialFree(AGENT)).isFalse();
        assertThat(claim(one, ref()).join()).isFalse();

        clock.advance(Duration.ofSeconds(1));
        refresh();
        assertThat(one.phase(AGENT)).isEqualTo(Phase.HALF_OPEN);
        assertThat(one.isTrialFree(AGENT)).isTrue();
        assertThat(two.isTrialFree(AGENT)).isTrue();

        CompletableFuture<Boolean> first = claim(one, ref());
        CompletableFuture<Boolean> second = claim(two, ref());

        assertThat(List.of(first.join(), second.join())).containsExactlyInAnyOrder(true, false);
        refresh();
        assertThat(one.isTrialFree(AGENT)).isFalse();
        assertThat(two.isTrialFree(AGENT)).isFalse();
    }

    @Test
    void aTrialThatFailsOpensItForAnotherSixtySeconds() {
        DispatchRef trial = onTrial();

        two.failed(AGENT, trial);
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(Phase.OPEN);
        assertThat(one.all().get(AGENT).openedAt()).isEqualTo(clock.instant());
        clock.advance(Duration.ofSeconds(59));
        refresh();
        assertThat(two.isTrialFree(AGENT)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        refresh();
        assertThat(two.isTrialFree(AGENT)).isTrue();
    }

    @Test
    void aTrialThatSucceedsClosesItForAll() {
        DispatchRef trial = onTrial();
        two.succeeded(AGENT, ref());
        refresh();
        assertThat(one.phase(AGENT)).as("dispatched before").isEqualTo(Phase.HALF_OPEN);

        two.succeeded(AGENT, trial);
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(Phase.CLOSED);
        assertThat(two.phase(AGENT)).isEqualTo(Phase.CLOSED);
        assertThat(redisFields()).containsEntry("state", "CLOSED").containsEntry("failures", "0");
    }

    @Test
    void aTrialThatIsGivenBackMayBeClaimedByAnother() {
        one.trialReturned(AGENT, onTrial());
        refresh();

        assertThat(claim(two, ref()).join()).isTrue();
    }

    @Test
    void countsOnWithoutRedisAndSharesItWhenRedisIsBack() throws IOException {
        one.failed(AGENT, ref());
        settle(one);
        redis.stop();
        one.failed(AGENT, ref());
        one.failed(AGENT, ref());
        two.failed(AGENT, ref());
        two.failed(AGENT, ref());
        refresh();
        assertThat(one.all().get(AGENT).failures()).isEqualTo(3);
        assertThat(two.phase(AGENT)).isEqualTo(Phase.CLOSED);

        redis = startRedis(); // empty

        Awaitility.await().untilAsserted(() -> {
            refresh();
            assertThat(one.phase(AGENT)).isEqualTo(Phase.OPEN);
            assertThat(two.phase(AGENT)).isEqualTo(Phase.OPEN);
            assertThat(redisFields()).containsEntry("state", "OPEN");
        });
    }

    @Test
    void opensAndTriesByItselfWithoutRedis() throws IOException {
        redis.stop();
        open(one);
        assertThat(one.phase(AGENT)).isEqualTo(Phase.OPEN);

        clock.advance(Duration.ofSeconds(60));
        refresh();
        DispatchRef trial = ref();
        assertThat(claim(one, trial).join()).isTrue();
        assertThat(claim(one, ref()).join()).isFalse();
        one.succeeded(AGENT, trial);

        assertThat(one.phase(AGENT)).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aWorkerThatBeginsWithoutRedisTrustsAllAgents() throws IOException {
        redis.stop();
        Breakers late = worker();

        late.refresh().join();

        assertThat(late.phase(AGENT)).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aRedisThatHangsHoldsNobodyUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Breakers worker = worker(silent.getLocalPort());
            long begun = System.nanoTime();

            open(worker);
            Phase phase = worker.phase(AGENT);
            Duration told = Duration.ofNanos(System.nanoTime() - begun);
            clock.advance(Duration.ofSeconds(60));
            worker.refresh().join();
            boolean given = claim(worker, ref()).join();
            Duration claimed = Duration.ofNanos(System.nanoTime() - begun);

            assertThat(phase).isEqualTo(Phase.OPEN);
            assertThat(told).as("told and asked").isLessThan(Duration.ofMillis(200));
            assertThat(given).isTrue();
            assertThat(claimed).as("a claim, which waits").isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void writesAnOpenBreakerAgainThatRedisHasForgotten() throws IOException {
        open();
        redis.stop();
        redis = startRedis();

        Awaitility.await().untilAsserted(() -> {
            refresh();
            assertThat(redisFields()).containsEntry("state", "OPEN");
        });
        assertThat(two.phase(AGENT)).isEqualTo(Phase.OPEN);
    }

    @Test
    void readsWhatNobodyCouldHaveWrittenAsNoHistory() {
        redisCommand(connection -> connection.sync().hset(RedisBreakerStore.KEY_PREFIX + AGENT, Map.of("state", "?")));
        refresh();
        assertThat(one.phase(AGENT)).isEqualTo(Phase.CLOSED);

        open();

        assertThat(redisFields()).containsEntry("state", "OPEN");
    }

    private DispatchRef onTrial() {
        open();
        clock.advance(Duration.ofSeconds(60));
        refresh();
        DispatchRef trial = ref();
        assertThat(claim(one, trial).join()).isTrue();
        return trial;
    }

    private void open() {
        open(one);
        refresh();
    }

    private void open(Breakers worker) {
        for (int i = 0; i < 5; i++) {
            worker.failed(AGENT, ref());
        }
    }

    private static CompletableFuture<Boolean> claim(Breakers worker, DispatchRef ref) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        worker.claimTrial(AGENT, ref, TIMEOUT, answer::complete);
        return answer;
    }

    /** Twice, so that each has seen what the other had to share. */
    private void refresh() {
        for (int i = 0; i < 2; i++) {
            settle(one);
            settle(two);
        }
    }

    private static void settle(Breakers worker) {
        worker.refresh().join();
    }

    private DispatchRef ref() {
        return new DispatchRef(new UUID(0, tasks.incrementAndGet()), 1);
    }

    private Breakers worker() {
        return worker(port);
    }

    private Breakers worker(int redisPort) {
        Breakers worker = new Breakers(
                new RedisBreakerStore(RedisURI.create("redis://127.0.0.1:" + redisPort)),
                () -> Set.of(AGENT),
                (agentId, breaker) -> {},
                clock);
        workers.add(worker);
        return worker;
    }

    private Map<String, String> redisFields() {
        List<Map<String, String>> fields = new ArrayList<>();
        redisCommand(connection -> fields.add(connection.sync().hgetall(RedisBreakerStore.KEY_PREFIX + AGENT)));
        return fields.getFirst();
    }

    private void redisCommand(Consumer<StatefulRedisConnection<String, String>> command) {
        try (RedisClient client = RedisClient.create(RedisURI.create("redis://127.0.0.1:" + port));
                StatefulRedisConnection<String, String> connection = client.connect()) {
            command.accept(connection);
        }
    }

    private RedisServer startRedis() {
        try {
            RedisServer server = RedisServer.newRedisServer()
                    .port(port)
                    .setting("bind 127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
