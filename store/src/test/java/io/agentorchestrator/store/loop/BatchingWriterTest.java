package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

/** What a lane does with sets that it cannot write. */
class BatchingWriterTest {
    private static final String POISON = "poison";

    private final Logger log = (Logger) LoggerFactory.getLogger(BatchingWriter.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final AtomicInteger tries = new AtomicInteger();
    private volatile Throwable failure = new IllegalStateException("unexpected");
    private volatile boolean refusingFails;
    private final AtomicInteger awayFor = new AtomicInteger();
    private volatile int passesAfter = Integer.MAX_VALUE;

    private final BatchingWriter<String> lane =
            new BatchingWriter<>("test", BatchingWriter.Gather.NEVER, 100, new BatchingWriter.Writer<>() {
                @Override
                public void write(List<String> set) {
                    if (set.contains(POISON)) {
                        if (tries.incrementAndGet() <= passesAfter) {
                            throwIt(failure);
                        }
                    }
                    if (set.contains("late") && awayFor.getAndDecrement() > 0) {
                        throw new DataAccessResourceFailureException(
                                "away", new SQLException("connection refused", "08001"));
                    }
                    written.addAll(set);
                }

                @Override
                public void refused(String thing, Throwable why) {
                    refused.add(thing);
                    if (refusingFails) {
                        throwIt(failure);
                    }
                }
            });

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        lane.close();
        log.detachAppender(lines);
    }

    static Stream<Throwable> mistakes() {
        return Stream.of(
                new IllegalStateException("unexpected"),
                new StackOverflowError(),
                new NoClassDefFoundError("Gone"),
                new EmptyResultDataAccessException(1),
                new BadSqlGrammarException("writing", "select nonsense", new SQLException("no such column", "42703")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeOfOursRefusesWhatItIsAboutAndNothingElse(Throwable mistake) {
        failure = mistake;

        lane.addAll(List.of("a", "b", POISON, "c"));
        lane.add("d");

        Awaitility.await().until(() -> written.size() == 4);
        assertThat(written).containsExactlyInAnyOrder("a", "b", "c", "d");
        Awaitility.await().untilAsserted(() -> assertThat(refused).containsExactly(POISON));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel)
                .contains(Level.ERROR)
                .doesNotContain(Level.WARN);
        assertThat(lines.list.getFirst().getThrowableProxy()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void goesOnThoughWhoeverIsToldOfARefusalFailsToo(Throwable mistake) {
        failure = mistake;
        refusingFails = true;

        lane.add(POISON);
        Awaitility.await().until(() -> refused.size() == 1);
        lane.add("a");

        Awaitility.await().untilAsserted(() -> assertThat(written).containsExactly("a"));
    }

    @Test
    void aMistakeThatPassesRefusesNothing() {
        passesAfter = 2;

        lane.add(POISON);

        Awaitility.await().untilAsserted(() -> assertThat(written).containsExactly(POISON));
        assertThat(refused).isEmpty();
    }

    @Test
    void whatTheStoreRefusesIsNoMistakeAndIsTriedOnce() {
        failure = new DataIntegrityViolationException("invalid byte sequence");

        lane.add(POISON);

        Awaitility.await().untilAsserted(() -> assertThat(refused).containsExactly(POISON));
        assertThat(tries).hasValue(1);
        assertThat(lines.list).isEmpty();
    }

    @Test
    void nothingIsWrittenTwiceWhenTheStoreGoesAwayHalfWay() {
        awayFor.set(2);

        lane.addAll(List.of("a", "b", POISON, "late"));

        Awaitility.await().until(() -> written.size() >= 3 && refused.size() == 1);
        assertThat(written).containsExactly("a", "b", "late");
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).contains(Level.WARN);
    }

    @Test
    void whatWaitsIsBoundedAndCanBeTakenBack() {
        Gate gate = new Gate();
        try (BatchingWriter<String> bounded = bounded(1, gate)) {
            assertThat(bounded.offer("first")).isTrue();
            Awaitility.await().until(() -> gate.waiting.get() == 1);
            assertThat(bounded.offer("aa")).isTrue();
            assertThat(bounded.offer("bb")).isTrue();
            assertThat(bounded.offer("cc")).as("five characters may wait").isFalse();
            assertThat(bounded.offer("c")).isTrue();
            assertThat(bounded.waiting()).isEqualTo(3);

            assertThat(bounded.remove("bb")).isTrue();
            assertThat(bounded.remove("bb")).isFalse();
            assertThat(bounded.remove("first")).as("it is being written").isFalse();
            assertThat(bounded.offer("dd")).isTrue();
            gate.opened.countDown();

            Awaitility.await().until(() -> gate.sets.size() == 3);
            assertThat(gate.sets).containsExactly(List.of("first"), List.of("aa", "c"), List.of("dd"));
        }
    }

    @Test
    void aThingThatIsTooLargeGoesAlone() {
        Gate gate = new Gate();
        gate.opened.countDown();
        try (BatchingWriter<String> bounded = bounded(1, gate)) {
            assertThat(bounded.offer("much too long")).isTrue();

            Awaitility.await().until(() -> gate.sets.size() == 1);
        }
    }

    @Test
    void severalLanesWriteAtTheSameTime() {
        Gate gate = new Gate();
        try (BatchingWriter<String> lanes = bounded(3, gate)) {
            for (int i = 1; i <= 3; i++) {
                int busy = i;
                assertThat(lanes.offer("xyz")).isTrue();
                Awaitility.await().until(() -> gate.waiting.get() == busy);
            }
            gate.opened.countDown();

            Awaitility.await().until(() -> gate.sets.size() == 3);
        }
    }

    @Test
    void whoeverDoesNotWaitForAStoreThatIsAwayIsToldOfAllThatIsNotWritten() {
        Gate gate = new Gate();
        gate.opened.countDown();
        gate.reaction = BatchingWriter.Reaction.REFUSE;
        try (BatchingWriter<String> lanes = bounded(1, gate)) {
            lanes.addAll(List.of("a", "!"));

            Awaitility.await().untilAsserted(() -> assertThat(gate.refused).containsExactly("a", "!"));
            assertThat(gate.sets).isEmpty();
        }
    }

    private static BatchingWriter<String> bounded(int lanes, Gate gate) {
        return new BatchingWriter<>(
                "bounded",
                lanes,
                new BatchingWriter.Bounds<>(
                        thing -> new BatchingWriter.Size(1, thing.length()),
                        new BatchingWriter.Size(2, 3),
                        new BatchingWriter.Size(10, 5)),
                new BatchingWriter.Gather(0, Duration.ZERO),
                gate);
    }

    /** A store that answers once its gate is open. */
    private static final class Gate implements BatchingWriter.Writer<String> {
        final CountDownLatch opened = new CountDownLatch(1);
        final AtomicInteger waiting = new AtomicInteger();
        final List<List<String>> sets = new CopyOnWriteArrayList<>();
        final List<String> refused = new CopyOnWriteArrayList<>();
        volatile BatchingWriter.Reaction reaction = BatchingWriter.Reaction.HALVE;

        @Override
        public void write(List<String> set) {
            waiting.incrementAndGet();
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (set.contains("!")) {
                throw new DataAccessResourceFailureException("away", new SQLException("connection refused", "08001"));
            }
            sets.add(List.copyOf(set));
        }

        @Override
        public void refused(String thing, Throwable why) {
            refused.add(thing);
        }

        @Override
        public BatchingWriter.Reaction failed(List<String> set, Throwable why, int tries) {
            return reaction;
        }
    }

    private static void throwIt(Throwable failure) {
        switch (failure) {
            case RuntimeException unexpected -> throw unexpected;
            case Error error -> throw error;
            default -> throw new AssertionError(failure);
        }
    }
}
