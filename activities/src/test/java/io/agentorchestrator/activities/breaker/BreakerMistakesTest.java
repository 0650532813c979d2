package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.testkit.TestClock;
import io.agentorchestrator.store.agent.BreakerPhase;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Mistakes of ours among circuit breakers: they go on, and nobody calls it an outage. */
class BreakerMistakesTest {
    private static final String AGENT = "agent-1";

    private final Logger log = (Logger) LoggerFactory.getLogger("io.agentorchestrator");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final TestClock clock = TestClock.standing();
    private final Failing listing = new Failing();
    private final Failing storing = new Failing();
    private final Breakers breakers = new Breakers(
            new Store(),
            () -> {
                listing.perhaps();
                return Set.of(AGENT);
            },
            clock);

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void close() {
        breakers.close();
        log.detachAppender(lines);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refreshingGoesOn(boolean error) {
        listing.fail(1, error);
        breakers.start();

        Awaitility.await().until(() -> breakers.phase(AGENT) != null);
        assertThat(errors()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTrialIsAnsweredAndNothingIsCalledAnOutage(boolean error) throws Exception {
        for (int i = 0; i < 5; i++) {
            breakers.failed(AGENT, ref(i));
        }
        clock.advance(Duration.ofSeconds(60));
        breakers.refresh();
        storing.fail(5, error);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();

        breakers.claimTrial(AGENT, ref(9), Duration.ofSeconds(1), answer::complete);

        assertThat(answer.get(10, TimeUnit.SECONDS)).isNotNull();
        Awaitility.await().until(() -> {
            breakers.refresh();
            return storing.isOver();
        });
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).doesNotContain(Level.WARN);
        assertThat(errors()).isNotEmpty();
    }

    @Test
    void aStoreThatIsAwayIsNoMistake() {
        storing.away(3);

        for (int i = 0; i < 5; i++) {
            breakers.failed(AGENT, ref(i));
            breakers.refresh();
        }

        assertThat(errors()).isEmpty();
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).contains(Level.WARN);
        assertThat(breakers.phase(AGENT)).isEqualTo(BreakerPhase.OPEN);
    }

    private static DispatchRef ref(int number) {
        return new DispatchRef(new UUID(0, number), 1);
    }

    private List<ILoggingEvent> errors() {
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.ERROR && line.getThrowableProxy() != null)
                .toList();
    }

    private final class Store implements BreakerStore {
        private final InMemoryBreakerStore kept = new InMemoryBreakerStore();

        @Override
        public Map<String, Breaker> load(Collection<String> agentIds) {
            storing.perhaps();
            return kept.load(agentIds);
        }

        @Override
        public Breaker change(String agentId, UnaryOperator<Breaker> change) {
            storing.perhaps();
            return kept.change(agentId, change);
        }
    }

    /** Fails a few times. */
    private static final class Failing {
        private final AtomicInteger left = new AtomicInteger();
        private volatile boolean error;
        private volatile boolean away;

        void fail(int times, boolean asError) {
            error = asError;
            left.set(times);
        }

        void away(int times) {
            away = true;
            left.set(times);
        }

        boolean isOver() {
            return left.get() == 0;
        }

        void perhaps() {
            if (left.getAndUpdate(times -> Math.max(0, times - 1)) == 0) {
                return;
            }
            if (away) {
                throw new CannotGetJdbcConnectionException(
                        "away", new SQLTransientConnectionException("connection refused"));
            }
            if (error) {
                throw new StackOverflowError();
            }
            throw new IllegalStateException("unexpected");
        }
    }
}
