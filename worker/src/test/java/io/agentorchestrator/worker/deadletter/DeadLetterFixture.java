package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.worker.config.DeadLetterSettings;
import io.agentorchestrator.worker.deadletter.DeadLetterDeliverer.Rhythm;
import io.agentorchestrator.worker.testkit.TestRedis;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A real store and a real Redis, and deliverers between them. */
final class DeadLetterFixture implements AutoCloseable {
    static final String TENANT = "default";
    static final DeadLetterSettings KEEP_ALL = new DeadLetterSettings(100_000);
    static final Rhythm QUICK = new Rhythm(
            Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ZERO, Duration.ofMillis(50));

    final TestDatabase database = PostgresServer.shared().newDatabase();
    final TestRedis redis;
    final Submissions submissions = new Submissions(database.dataSource());
    final DeadLetterDelivery delivery = new DeadLetterDelivery(database.dataSource());
    final DeadLetterStore letters = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    final DeadLetterMetrics metrics = DeadLetterMetrics.in(new SimpleMeterRegistry());
    private final List<DeadLetterDeliverer> deliverers = new ArrayList<>();

    DeadLetterFixture(Path directory) {
        redis = new TestRedis(directory);
    }

    /** Starts a deliverer, as one more worker would. */
    DeadLetterDeliverer deliverer(DeadLetterSettings settings, Rhythm rhythm) {
        return deliverer(settings, Duration.ofDays(30), rhythm);
    }

    DeadLetterDeliverer deliverer(DeadLetterSettings settings, Duration maxAge, Rhythm rhythm) {
        StreamFollower follower = new StreamFollower(
                delivery, letters, new DeadLetterStream(redis.client(), redis.uri()), metrics, rhythm);
        DeadLetterDeliverer deliverer =
                new DeadLetterDeliverer(delivery, follower, settings, () -> maxAge, metrics, rhythm, new WakeSignal());
        deliverers.add(deliverer);
        deliverer.start();
        return deliverer;
    }

    DeadLetterDeliverer deliverer() {
        return deliverer(KEEP_ALL, QUICK);
    }

    /** A standalone task that has failed for good. */
    UUID failedTask() {
        UUID task = submissions.task("billing", Priority.HIGH);
        fail(task);
        return task;
    }

    void failedTasks(int count) {
        for (int i = 0; i < count; i++) {
            failedTask();
        }
    }

    /** Many tasks that fail in one transaction. */
    void failedTogether(int count) {
        submissions.dags(count, OnFailure.CANCEL_DEPENDENTS, Submissions.Node.of("a"));
        database.client()
                .sql("update task_state set status = 'FAILED', error_code = 'BROKEN', ended_at = now()"
                        + " where status <> 'FAILED'")
                .update();
    }

    void fail(UUID task) {
        database.client().sql("""
                        update task_state set status = 'FAILED', attempt = 3, error_code = 'BROKEN', error_message = 'it broke',
                          ended_at = '2026-07-30T10:00:00Z' where task_id = ?
                        """).param(task).update();
    }

    /** What the stream has. */
    @SuppressWarnings("unchecked") // varargs of a generic type, and only one of them
    List<StreamMessage<String, String>> entries() {
        return redis.ask(commands -> commands.xread(StreamOffset.from(DeadLetterStream.KEY, "0")));
    }

    List<String> entryIds() {
        return redis.ask(commands -> commands.xrange(DeadLetterStream.KEY, Range.unbounded()).stream()
                .map(StreamMessage::getId)
                .toList());
    }

    /** Ids of OPEN entries by the store, ascending. */
    List<String> openIds() {
        return database.client().sql("""
                        select entry_millis || '-' || entry_sequence from dead_letter
                        where state = 'OPEN' and entry_millis is not null order by entry_millis, entry_sequence
                        """).query(String.class).list();
    }

    long undelivered() {
        return letters.streamState().undelivered();
    }

    /** Whether the stream has just what is open. */
    boolean isAlike(int entries) {
        List<String> open = openIds();
        return open.size() == entries && undelivered() == 0 && entryIds().equals(open);
    }

    @Override
    public void close() {
        deliverers.forEach(DeadLetterDeliverer::stop);
        redis.close();
        database.close();
    }
}
