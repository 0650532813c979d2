package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLetterDeliveryIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final DeadLetterDelivery delivery = new DeadLetterDelivery(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void numbersInTheOrderOfFailingWithoutGaps() {
        List<UUID> tasks = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            tasks.add(failures.standalone("t", "BROKEN"));
        }

        assertThat(delivery.number(5)).isEqualTo(5);
        assertThat(delivery.number(5)).isEqualTo(2);
        assertThat(delivery.number(5)).isZero();

        List<EntryId> entries = failures.entries(tasks);
        assertThat(entries).isSorted().doesNotHaveDuplicates();
        assertThat(entries.subList(0, 5)).isEqualTo(consecutive(entries.getFirst(), 5));
        assertThat(entries.subList(5, 7)).isEqualTo(consecutive(entries.get(5), 2));
        assertThat(store.streamState().last()).isEqualTo(entries.getLast());
        assertThat(entries.getFirst().millis()).isCloseTo(System.currentTimeMillis(), within(60_000L));
    }

    @Test
    void goesOnAscendingWhileTheClockIsBehind() {
        EntryId ahead = new EntryId(System.currentTimeMillis() + HOUR.toMillis(), 41);
        database.client()
                .sql("update dead_letter_stream set last_millis = ?, last_sequence = ?")
                .params(ahead.millis(), ahead.sequence())
                .update();

        List<UUID> tasks = new ArrayList<>(failures.numbered(3, "t", "BROKEN"));
        tasks.addAll(failures.numbered(2, "t", "BROKEN"));

        assertThat(failures.entries(tasks)).isEqualTo(consecutive(new EntryId(ahead.millis(), 42), 5));
    }

    @Test
    void oneDeliversAtATime() {
        DeadLetterDelivery rival = new DeadLetterDelivery(database.dataSource());
        List<String> done = new ArrayList<>();

        assertThat(delivery.exclusively(() -> {
                    done.add("first");
                    assertThat(rival.exclusively(() -> done.add("rival meanwhile")))
                            .isFalse();
                }))
                .isTrue();
        assertThat(rival.exclusively(() -> done.add("rival after"))).isTrue();
        assertThatThrownBy(() -> rival.exclusively(() -> {
                    throw new IllegalStateException("crash");
                }))
                .hasMessage("crash");
        assertThat(delivery.exclusively(() -> done.add("first again"))).isTrue();

        assertThat(done).containsExactly("first", "rival after", "first again");
    }

    @Test
    void aDelivererWhoseConnectionIsLostIsReplaced() {
        assertThat(delivery.exclusively(() -> {
                    database.goAway();
                    database.comeBack();
                    assertThat(delivery.exclusively(() -> {})).isTrue();
                }))
                .isTrue();
        assertThat(delivery.exclusively(() -> {})).isTrue();
    }

    @Test
    void whatWasWrittenButNotMarkedIsDeliveredAgain() {
        List<EntryId> entries = failures.entries(failures.numbered(3, "t", "BROKEN"));

        assertThat(undelivered(2)).isEqualTo(entries.subList(0, 2));
        assertThat(hasDelivered()).isFalse();
        // The deliverer dies here, between writing and marking.
        assertThat(undelivered(2)).isEqualTo(entries.subList(0, 2));

        delivery.delivered(entries.subList(0, 2));

        assertThat(undelivered(10)).isEqualTo(entries.subList(2, 3));
        assertThat(hasDelivered()).isTrue();
        assertThat(store.streamState().open()).isEqualTo(3);
        assertThat(store.streamState().undelivered()).isEqualTo(1);
    }

    @Test
    void whatHasNoIdYetWaitsAndCounts() {
        failures.standalone("t", "BROKEN");

        assertThat(undelivered(10)).isEmpty();
        assertThat(delivery.openAfter(null, 10)).isEmpty();
        assertThat(delivery.countOpen()).isEqualTo(1);
        assertThat(store.streamState().undelivered()).isEqualTo(1);
        assertThat(store.streamState().last()).isNull();
    }

    @Test
    void whatIsDeletedOrReprocessedLeavesTheStream() {
        List<EntryId> entries = failures.entries(failures.numbered(4, "t", "BROKEN"));
        delivery.delivered(entries.subList(0, 2));

        store.delete("default", entries.get(0));
        store.reprocess("default", "ann", entries.get(1), false);
        store.delete("default", entries.get(2));

        assertThat(delivery.removals(10)).isEqualTo(entries.subList(0, 3));
        assertThat(delivery.removals(2)).isEqualTo(entries.subList(0, 2));
        assertThat(undelivered(10)).isEqualTo(entries.subList(3, 4));
        delivery.removed(entries.subList(0, 2));
        assertThat(delivery.removals(10)).isEqualTo(entries.subList(2, 3));
        assertThat(hasDelivered()).isFalse();
    }

    @Test
    void retiresTheOldestBeyondTheLength() {
        List<EntryId> entries = failures.entries(failures.numbered(10, "t", "BROKEN"));
        delivery.delivered(entries);

        assertThat(delivery.retire(10, HOUR, 100)).isZero();
        assertThat(delivery.retire(4, HOUR, 5)).isEqualTo(5);
        assertThat(delivery.retire(4, HOUR, 5)).isEqualTo(1);
        assertThat(delivery.retire(4, HOUR, 5)).isZero();

        assertThat(open()).isEqualTo(entries.subList(6, 10));
        assertThat(delivery.removals(100)).isEqualTo(entries.subList(0, 6));
        assertThat(store.find("default", entries.getFirst()).orElseThrow().state())
                .isEqualTo(DeadLetterState.DELETED);
    }

    @Test
    void retiresWhatIsTooOld() {
        List<UUID> old = failures.numbered(3, "t", "BROKEN");
        database.client()
                .sql("update dead_letter set entry_millis = entry_millis - ?")
                .param(HOUR.toMillis())
                .update();
        List<EntryId> oldEntries = failures.entries(old);
        List<EntryId> young = failures.entries(failures.numbered(2, "t", "BROKEN"));

        assertThat(delivery.retire(100, HOUR.plusMinutes(1), 100)).isZero();
        assertThat(delivery.retire(100, HOUR, 2)).isEqualTo(2);
        assertThat(delivery.retire(100, HOUR, 2)).isEqualTo(1);

        assertThat(open()).isEqualTo(young);
        assertThat(delivery.removals(100)).isEqualTo(oldEntries);
    }

    @Test
    void retirementPassesOverWhatSomebodyHoldsAndTakesNoYoungerOneInstead() throws SQLException {
        List<UUID> tasks = failures.numbered(3, "t", "BROKEN");
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from dead_letter where task_id = '" + tasks.getFirst() + "' for update");

            assertThat(delivery.retire(2, HOUR, 100)).isZero();
            assertThat(delivery.retire(1, HOUR, 100)).isEqualTo(1);
            holder.rollback();
        }
        assertThat(open()).isEqualTo(failures.entries(List.of(tasks.get(0), tasks.get(2))));
    }

    /** A run that fails tasks, or has them run again, holds several of them in an order of its own. */
    @Test
    void waitsForNobodyWhoHoldsADeadLetter() throws SQLException {
        List<UUID> numbered = failures.numbered(2, "t", "BROKEN");
        List<UUID> unnumbered = List.of(failures.standalone("t", "BROKEN"), failures.standalone("t", "BROKEN"));
        List<EntryId> entries = failures.entries(numbered);
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from dead_letter where task_id in ('%s', '%s') for update"
                    .formatted(numbered.getFirst(), unnumbered.getFirst()));

            assertTimeoutPreemptively(PATIENCE, () -> {
                delivery.delivered(entries);
                assertThat(delivery.number(10)).isEqualTo(1);
            });
            holder.rollback();
        }
        assertThat(undelivered(10)).containsExactlyInAnyOrder(entries.getFirst(), failures.entry(unnumbered.getLast()));
        assertThat(delivery.number(10)).isEqualTo(1);
        assertThat(failures.entry(unnumbered.getFirst())).isGreaterThan(failures.entry(unnumbered.getLast()));
    }

    @Test
    void aRebuildReplaysWhatIsOpenUnderTheSameIds() {
        List<EntryId> entries = failures.entries(failures.numbered(5, "t", "BROKEN"));
        delivery.delivered(entries);
        store.delete("default", entries.get(1));

        List<EntryId> first = ids(delivery.openAfter(null, 3));
        List<EntryId> second = ids(delivery.openAfter(first.getLast(), 3));

        assertThat(first).containsExactly(entries.get(0), entries.get(2), entries.get(3));
        assertThat(second).containsExactly(entries.get(4));
        assertThat(delivery.openAfter(second.getLast(), 3)).isEmpty();
    }

    @Test
    void aRequestForARebuildIsAnsweredByOneThatBeganAfterIt() {
        assertThat(delivery.isRebuildRequested()).isFalse();
        store.requestRebuild();

        assertThat(store.streamState().rebuildRequestedAt()).isNotNull();
        // One that began before, because the stream was missing.
        delivery.rebuilt();
        assertThat(delivery.isRebuildRequested()).isTrue();
        assertThat(store.streamState().rebuiltAt()).isNotNull();

        store.requestRebuild();
        delivery.rebuilt();
        assertThat(delivery.isRebuildRequested()).isTrue();
        delivery.rebuilt();
        assertThat(delivery.isRebuildRequested()).isFalse();
        assertThat(store.streamState().rebuildRequestedAt()).isNull();
    }

    private List<EntryId> undelivered(int limit) {
        return ids(delivery.undelivered(limit));
    }

    private List<EntryId> open() {
        return ids(delivery.openAfter(null, 1_000));
    }

    private static List<EntryId> ids(List<DeadLetter> letters) {
        return letters.stream().map(DeadLetter::id).toList();
    }

    private static List<EntryId> consecutive(EntryId first, int count) {
        List<EntryId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(new EntryId(first.millis(), first.sequence() + i));
        }
        return ids;
    }

    /** Tells whether an entry that is OPEN was delivered. */
    private boolean hasDelivered() {
        return database.client()
                .sql("select exists (select from dead_letter where state = 'OPEN' and delivered_at is not null)")
                .query(Boolean.class)
                .single();
    }
}
