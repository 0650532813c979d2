package io.agentorchestrator.worker.deadletter;

import static io.agentorchestrator.worker.deadletter.DeadLetterFixture.KEEP_ALL;
import static io.agentorchestrator.worker.deadletter.DeadLetterFixture.QUICK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentorchestrator.store.deadletter.EntryId;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.worker.config.DeadLetterSettings;
import io.agentorchestrator.worker.deadletter.DeadLetterDeliverer.Rhythm;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.lettuce.core.XAddArgs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DeadLetterDelivererIT {
    @TempDir
    private Path directory;

    private DeadLetterFixture fixture;

    @BeforeEach
    void open() {
        fixture = new DeadLetterFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anEntryShowsTheFieldsOfTheContract() {
        fixture.deliverer();

        UUID task = fixture.failedTask();

        awaitAlike(1);
        assertThat(fixture.entries())
                .singleElement()
                .satisfies(found -> assertThat(found.getBody())
                        .containsExactly(
                                entry("task_id", task.toString()),
                                entry("dag_id", ""),
                                entry("task_type", "billing"),
                                entry("priority", "HIGH"),
                                entry("error_code", "BROKEN"),
                                entry("error_message", "it broke"),
                                entry("attempts", "3"),
                                entry("failed_at", "2026-07-30T10:00:00Z"),
                                entry("payload", "{}"),
                                entry("tenant", "default"),
                                entry("key", "")));
    }

    @Test
    void anEntryOfADagNamesItAndTheNode() {
        fixture.deliverer();
        RunKey run = fixture.submissions.dag(
                OnFailure.CANCEL_DEPENDENTS, "{}", new Submissions.Node("load", "t", "{\"rows\":\"größer\"}"));

        fixture.fail(fixture.database
                .client()
                .sql("select task_id from task_state where run_id = ?")
                .param(run.runId())
                .query(UUID.class)
                .single());

        awaitAlike(1);
        assertThat(fixture.entries().getFirst().getBody())
                .containsEntry("dag_id", run.runId().toString())
                .containsEntry("key", "load")
                .containsEntry("payload", "{\"rows\":\"größer\"}");
    }

    @Test
    void manyEntriesAreThereInTheOrderOfTheirIds() {
        fixture.deliverer();

        fixture.failedTogether(1_250);

        awaitAlike(1_250);
        assertThat(fixture.entryIds().stream().map(EntryId::parse).toList()).isSorted();
        assertThat(fixture.metrics.delivered().count()).isEqualTo(1_250);
        assertThat(fixture.metrics.rebuilds().count()).isZero();
    }

    @Test
    void entriesWaitWhileRedisIsAway() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(DeadLetterDeliverer.class);
        logger.addAppender(log);
        fixture.deliverer();
        fixture.failedTasks(2);
        awaitAlike(2);
        fixture.redis.stop();

        fixture.failedTasks(3);

        Awaitility.await().until(() -> fixture.metrics.errors().count() >= 5);
        assertThat(fixture.openIds()).hasSize(5);
        assertThat(fixture.undelivered()).isEqualTo(3);
        fixture.redis.startAgain();
        awaitAlike(5);
        logger.detachAppender(log);
        assertThat(log.list)
                .filteredOn(line -> line.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .startsWith("dead letters wait to be written to their stream until Redis is there again: "));
    }

    @Test
    void anEmptiedRedisGetsTheSameEntriesAgain() {
        fixture.deliverer();
        fixture.failedTasks(5);
        awaitAlike(5);
        List<String> before = fixture.entryIds();

        fixture.redis.ask(commands -> commands.flushall());

        awaitAlike(5);
        assertThat(fixture.entryIds()).isEqualTo(before);
    }

    @Test
    void aFreshRedisGetsTheSameEntriesAndThenTheNextOnes() {
        fixture.deliverer(KEEP_ALL, comparingNever(Duration.ZERO));
        fixture.failedTasks(5);
        awaitAlike(5);
        List<String> before = fixture.entryIds();

        fixture.redis.stop();
        fixture.failedTasks(1);
        fixture.redis.startAgain();

        awaitAlike(6);
        assertThat(fixture.entryIds()).startsWith(before.toArray(String[]::new));
    }

    @Test
    void aRedisThatWasSetBackIsNoticedThoughItsStreamIsAsLongAsItShouldBe() {
        fixture.deliverer();
        fixture.failedTasks(3);
        awaitAlike(3);
        List<String> first = fixture.entryIds();
        byte[] backup = fixture.redis.ask(commands -> commands.dump(DeadLetterStream.KEY));
        fixture.failedTasks(3);
        awaitAlike(6);
        first.forEach(this::delete);
        awaitAlike(3);

        restore(backup);

        awaitAlike(3);
        assertThat(fixture.entryIds()).doesNotContainAnyElementsOf(first);
    }

    @Test
    void aRedisThatWasSetBackToMoreEntriesLosesThemAgain() {
        fixture.deliverer();
        fixture.failedTasks(4);
        awaitAlike(4);
        byte[] backup = fixture.redis.ask(commands -> commands.dump(DeadLetterStream.KEY));
        fixture.entryIds().subList(0, 2).forEach(this::delete);
        awaitAlike(2);

        restore(backup);

        awaitAlike(2);
    }

    @Test
    void aStreamThatIsAheadIsWrittenAnew() {
        fixture.redis.ask(commands ->
                commands.xadd(DeadLetterStream.KEY, new XAddArgs().id("99999999999999-0"), Map.of("a", "b")));
        fixture.deliverer(KEEP_ALL, comparingNever(Duration.ZERO));

        fixture.failedTasks(3);

        awaitAlike(3);
    }

    @Test
    void anEntryThatSomebodyTookOutOfTheStreamComesBack() {
        fixture.deliverer();
        fixture.failedTasks(3);
        awaitAlike(3);
        List<String> before = fixture.entryIds();

        fixture.redis.ask(commands -> commands.xdel(DeadLetterStream.KEY, before.get(1)));

        awaitAlike(3);
        assertThat(fixture.entryIds()).isEqualTo(before);
    }

    @Test
    void aRedisThatForgetsTimeAndAgainDoesNotKeepTheDelivererBusy() {
        fixture.deliverer(
                KEEP_ALL,
                new Rhythm(
                        QUICK.poll(),
                        QUICK.retryAfter(),
                        QUICK.compareEvery(),
                        Duration.ofHours(1),
                        QUICK.retireEvery()));
        fixture.failedTasks(2);
        awaitAlike(2);
        fixture.redis.ask(commands -> commands.flushall());
        awaitAlike(2);

        fixture.redis.ask(commands -> commands.flushall());

        Awaitility.await()
                .during(Duration.ofMillis(400))
                .until(() -> fixture.entryIds().isEmpty());
        fixture.letters.requestRebuild();
        awaitAlike(2);
    }

    @Test
    void whatWasWrittenBeforeAWorkerDiedIsOnlyNoted() {
        fixture.deliverer();
        fixture.failedTasks(3);
        awaitAlike(3);

        fixture.database
                .client()
                .sql("update dead_letter set delivered_at = null")
                .update();

        awaitAlike(3);
        assertThat(fixture.metrics.rebuilds().count()).isZero();
    }

    @Test
    void ofTwoDeliverersOneWritesEachEntry() {
        fixture.deliverer();
        fixture.deliverer();

        for (int i = 0; i < 20; i++) {
            fixture.failedTogether(30);
        }

        awaitAlike(600);
        assertThat(fixture.metrics.delivered().count()).isEqualTo(600);
        assertThat(fixture.metrics.rebuilds().count()).isZero();
    }

    @Test
    void anotherDelivererTakesOver() {
        DeadLetterDeliverer first = fixture.deliverer();
        fixture.failedTasks(2);
        awaitAlike(2);
        first.stop();
        fixture.deliverer();

        fixture.failedTasks(2);

        awaitAlike(4);
    }

    @Test
    void theOldestBeyondTheLimitLeaveTheStream() {
        fixture.failedTasks(5);

        fixture.deliverer(new DeadLetterSettings(3), Duration.ofDays(1), QUICK);

        awaitAlike(3);
        assertThat(states()).containsExactly("DELETED", "DELETED", "OPEN", "OPEN", "OPEN");
    }

    @Test
    void theOldestBeyondTheAgeLeaveTheStream() {
        fixture.failedTasks(2);
        assertThat(fixture.delivery.number(10)).isEqualTo(2);
        fixture.database
                .client()
                .sql("update dead_letter set entry_millis = entry_millis - 7200000 where entry_sequence = 0")
                .update();

        fixture.deliverer(new DeadLetterSettings(100), Duration.ofHours(1), QUICK);

        awaitAlike(1);
        assertThat(states()).containsExactly("DELETED", "OPEN");
    }

    @Test
    void anEntryThatIsDeletedLeavesTheStream() {
        fixture.deliverer();
        fixture.failedTasks(3);
        awaitAlike(3);
        String deleted = fixture.entryIds().get(1);

        delete(deleted);

        awaitAlike(2);
        assertThat(fixture.entryIds()).doesNotContain(deleted);
        assertThat(fixture.metrics.rebuilds().count()).isZero();
    }

    @Test
    void theStreamIsWrittenAnewWhenSomebodyAsksForIt() {
        fixture.deliverer(KEEP_ALL, comparingNever(Duration.ofHours(1)));
        fixture.failedTasks(3);
        awaitAlike(3);
        List<String> before = fixture.entryIds();
        fixture.redis.ask(commands -> commands.xdel(DeadLetterStream.KEY, before.get(1)));

        fixture.letters.requestRebuild();

        awaitAlike(3);
        assertThat(fixture.entryIds()).isEqualTo(before);
        Awaitility.await().until(() -> fixture.letters.streamState().rebuildRequestedAt() == null);
        assertThat(fixture.metrics.rebuilds().count()).isEqualTo(1);
    }

    /** Compares only after it has lost Redis. */
    private static Rhythm comparingNever(Duration rebuildGap) {
        return new Rhythm(QUICK.poll(), QUICK.retryAfter(), Duration.ofHours(1), rebuildGap, QUICK.retireEvery());
    }

    private void delete(String entry) {
        assertThat(fixture.letters.delete(DeadLetterFixture.TENANT, EntryId.parse(entry)))
                .isTrue();
    }

    private void restore(byte[] backup) {
        fixture.redis.ask(commands -> {
            commands.multi();
            commands.flushall();
            commands.restore(DeadLetterStream.KEY, 0, backup);
            return commands.exec();
        });
    }

    private List<String> states() {
        return fixture.database
                .client()
                .sql("select state::text from dead_letter order by entry_millis, entry_sequence")
                .query(String.class)
                .list();
    }

    private void awaitAlike(int entries) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> fixture.isAlike(entries));
    }
}
