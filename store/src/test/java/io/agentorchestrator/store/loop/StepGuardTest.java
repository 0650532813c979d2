package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;

class StepGuardTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(StepGuardTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long nowNanos;
    private final StepGuard guard = new StepGuard(log, "the loop", () -> nowNanos);

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
    }

    @Test
    void aStoreThatIsAwayIsAnOutageAndSaidOnce() {
        for (int i = 0; i < 3; i++) {
            fail(new DataAccessResourceFailureException("away", new SQLException("connection refused", "08001")));
        }
        fail(new DataAccessResourceFailureException("away", new SQLException("terminating connection", "57P01")));
        guard.run(() -> {});

        assertThat(levels()).containsExactly(Level.WARN, Level.INFO);
        assertThat(lines.list.getFirst().getFormattedMessage()).contains("the loop waits", "connection refused");
    }

    @Test
    void aStatementThatRanOutOfTimeIsNoOutageAndSaidNowAndThen() {
        for (int i = 0; i < 3; i++) {
            fail(new QueryTimeoutException(
                    "late", new SQLException("canceling statement due to statement timeout", "57014")));
        }
        guard.run(() -> {});
        nowNanos += Duration.ofMinutes(2).toNanos();
        fail(new QueryTimeoutException(
                "late", new SQLException("canceling statement due to statement timeout", "57014")));

        assertThat(levels()).containsExactly(Level.WARN, Level.WARN);
        assertThat(lines.list)
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .isEqualTo("a statement of the loop ran out of time, and is tried again later:"
                                + " canceling statement due to statement timeout"));
    }

    @Test
    void whatIsOurMistakeIsLoggedAsOneWithItsStackTraceAlsoWhereTheStoreSaysIt() {
        fail(new BadSqlGrammarException("reading", "select nonsense", new SQLException("no such column", "42703")));
        fail(new EmptyResultDataAccessException(1));
        fail(new IllegalStateException("unexpected"));
        fail(new StackOverflowError());
        fail(new NoClassDefFoundError("Gone"));

        assertThat(levels()).hasSize(5).containsOnly(Level.ERROR);
        assertThat(lines.list).allSatisfy(line -> {
            assertThat(line.getFormattedMessage()).contains("programming error");
            assertThat(line.getThrowableProxy()).isNotNull();
        });
    }

    @Test
    void theSameMistakeIsSaidNowAndThen() {
        for (int i = 0; i < 100; i++) {
            fail(new IllegalStateException("again"));
        }
        nowNanos += Duration.ofMinutes(2).toNanos();
        fail(new IllegalStateException("again"));

        assertThat(lines.list).hasSize(2);
        assertThat(lines.list.getLast().getFormattedMessage()).contains("100 times more");
    }

    @Test
    void aStepThatIsDoneAfterAWhileIsGuardedToo() {
        AtomicInteger steps = new AtomicInteger();

        guard.after(Duration.ofMillis(5), () -> {
            steps.incrementAndGet();
            throw new StackOverflowError();
        });

        Awaitility.await().untilAsserted(() -> assertThat(levels()).containsExactly(Level.ERROR));
        assertThat(steps).hasValue(1);
    }

    private void fail(RuntimeException failure) {
        guard.run(() -> {
            throw failure;
        });
    }

    private void fail(Error failure) {
        guard.run(() -> {
            throw failure;
        });
    }

    private List<Level> levels() {
        return lines.list.stream().map(ILoggingEvent::getLevel).toList();
    }
}
