package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.testkit.TestClock;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.agent.BreakerRows;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.math.BigDecimal;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Two workers, one registry, and a clock that the test moves. */
class BreakersIT {
    private static final String AGENT = "agent-1";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TestClock clock = TestClock.standing();
    private final List<Breakers> workers = new ArrayList<>();
    private final AtomicInteger tasks = new AtomicInteger();
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final BreakerRows rows = new BreakerRows(database.dataSource());
    private volatile boolean away;
    private final Breakers one = worker();
    private final Breakers two = worker();

    @BeforeEach
    void register() {
        var _ = new AgentRegistry(database.dataSource())
                .register(
                        new NewAgent(
                                AGENT,
                                "default",
                                "ann",
                                "local",
                                null,
                                "{}",
                                List.of("t"),
                                null,
                                "127.0.0.1:1",
                                4,
                                BigDecimal.ONE,
                                new byte[] {1}),
                        null);
        refresh();
    }

    @AfterEach
    void close() {
        workers.forEach(Breakers::close);
        database.close();
    }

    @Test
    void fiveFailuresInARowOverAllWorkersOpenItForAll() {
        for (int i = 0; i < 4; i++) {
            (i % 2 == 0 ? one : two).failed(AGENT, ref());
        }
        refresh();
        assertThat(one.failures(AGENT)).isEqualTo(4);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);

        two.failed(AGENT, ref());
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
        assertThat(stored()).isEqualTo("OPEN 5");
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

        assertThat(one.failures(AGENT)).isEqualTo(4);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);
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

        assertThat(one.failures(AGENT)).isEqualTo(4);
        assertThat(two.failures(AGENT)).isEqualTo(4);
    }

    @Test
    void aSecondLaterAnotherWorkerSeesItOpen() {
        open();
        Breakers late = worker();
        late.start();

        Awaitility.await().until(() -> late.phase(AGENT) == BreakerPhase.OPEN);
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
        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.HALF_OPEN);
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

        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
        assertThat(new RegistryBreakerStore(rows)
                        .load(Set.of(AGENT))
                        .get(AGENT)
                        .state()
                        .openedAt())
                .isEqualTo(clock.instant());
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
        assertThat(one.phase(AGENT)).as("dispatched before").isEqualTo(BreakerPhase.HALF_OPEN);

        two.succeeded(AGENT, trial);
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);
        assertThat(stored()).isEqualTo("CLOSED 0");
    }

    @Test
    void aTrialThatIsGivenBackMayBeClaimedByAnother() {
        one.trialReturned(AGENT, onTrial());
        refresh();

        assertThat(claim(two, ref()).join()).isTrue();
    }

    @Test
    void aSuccessThatChangesNothingHereEndsWhatOthersCounted() {
        for (int i = 0; i < 4; i++) {
            one.failed(AGENT, ref());
        }
        settle(one);
        assertThat(two.failures(AGENT)).isZero();

        two.succeeded(AGENT, ref());

        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEqualTo("CLOSED 0"));
    }

    @Test
    void countsOnWithoutTheStoreAndSharesItWhenItIsBack() {
        one.failed(AGENT, ref());
        settle(one);
        away = true;
        one.failed(AGENT, ref());
        one.failed(AGENT, ref());
        two.failed(AGENT, ref());
        two.failed(AGENT, ref());
        refresh();
        assertThat(one.failures(AGENT)).isEqualTo(3);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);

        away = false;
        refresh();

        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
        assertThat(two.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
        assertThat(stored()).isEqualTo("OPEN 5");
    }

    @Test
    void opensAndTriesByItselfWithoutTheStore() {
        away = true;
        open(one);
        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);

        clock.advance(Duration.ofSeconds(60));
        refresh();
        DispatchRef trial = ref();
        assertThat(claim(one, trial).join()).isTrue();
        assertThat(claim(one, ref()).join()).isFalse();
        one.succeeded(AGENT, trial);

        assertThat(one.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);
    }

    @Test
    void aWorkerThatBeginsWithoutTheStoreTrustsAllAgents() {
        away = true;
        Breakers late = worker();

        late.refresh();

        assertThat(late.phase(AGENT)).isEqualTo(BreakerPhase.CLOSED);
    }

    @Test
    void countsNothingTwiceWhenTheAnswerToAWriteIsLost() {
        Breakers deaf = new Breakers(new LosingAnswers(), () -> Set.of(AGENT), clock);
        workers.add(deaf);
        settle(deaf);

        deaf.failed(AGENT, ref());
        settle(deaf);
        settle(deaf);

        assertThat(stored()).isEqualTo("CLOSED 1");
        assertThat(deaf.failures(AGENT)).isEqualTo(1);
    }

    @Test
    void aTrialIsReadAsItWasWritten() {
        DispatchRef trial = onTrial();

        assertThat(new RegistryBreakerStore(rows).load(Set.of(AGENT)).get(AGENT).state())
                .isInstanceOfSatisfying(BreakerState.HalfOpen.class, halfOpen -> {
                    assertThat(halfOpen.isTrial(trial)).isTrue();
                    assertThat(halfOpen.trial().expiresAt())
                            .isEqualTo(clock.instant().plus(Breakers.TRIAL_FOR).plus(Breakers.TRIAL_MARGIN));
                });
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
        worker.refresh();
    }

    private DispatchRef ref() {
        return new DispatchRef(new UUID(0, tasks.incrementAndGet()), 1);
    }

    private Breakers worker() {
        Breakers worker = new Breakers(new Store(), () -> Set.of(AGENT), clock);
        workers.add(worker);
        return worker;
    }

    private String stored() {
        return database.client()
                .sql("select breaker_phase || ' ' || breaker_failures from agent where agent_id = ?")
                .param(AGENT)
                .query(String.class)
                .single();
    }

    private class Store implements BreakerStore {
        private final BreakerStore registry = new RegistryBreakerStore(rows);

        @Override
        public Map<String, Breaker> load(Collection<String> agentIds) {
            failIfAway();
            return registry.load(agentIds);
        }

        @Override
        public Breaker change(String agentId, UnaryOperator<Breaker> change) {
            failIfAway();
            return registry.change(agentId, change);
        }

        private void failIfAway() {
            if (away) {
                throw new CannotGetJdbcConnectionException(
                        "away", new SQLTransientConnectionException("connection refused"));
            }
        }
    }

    /** Writes, and says of each second write that the connection broke. */
    private final class LosingAnswers extends Store {
        private int changes;

        @Override
        public Breaker change(String agentId, UnaryOperator<Breaker> change) {
            Breaker now = super.change(agentId, change);
            if (changes++ % 2 == 0) {
                throw new DataAccessResourceFailureException("the connection broke");
            }
            return now;
        }
    }
}
