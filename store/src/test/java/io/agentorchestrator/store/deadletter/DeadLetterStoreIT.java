package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class DeadLetterStoreIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void listsNewestFirstByTypeCodeAndState() {
        List<EntryId> broken = failures.entries(failures.numbered(2, "a", "BROKEN"));
        List<EntryId> late = failures.entries(failures.numbered(1, "a", "TIMEOUT"));
        List<EntryId> other = failures.entries(failures.numbered(1, "b", "BROKEN"));
        store.delete("default", broken.get(0));

        assertThat(list(null, null, null)).containsExactly(other.get(0), late.get(0), broken.get(1), broken.get(0));
        assertThat(list(null, null, DeadLetterState.OPEN)).containsExactly(other.get(0), late.get(0), broken.get(1));
        assertThat(list(null, null, DeadLetterState.DELETED)).containsExactly(broken.get(0));
        assertThat(list("a", "BROKEN", DeadLetterState.OPEN)).containsExactly(broken.get(1));
        assertThat(list("a", null, DeadLetterState.OPEN)).containsExactly(late.get(0), broken.get(1));
        assertThat(list(null, "BROKEN", null)).containsExactly(other.get(0), broken.get(1), broken.get(0));
        assertThat(list(null, "NOTHING", null)).isEmpty();
    }

    @Test
    void pagesMissNothingAndRepeatNothingWhileEntriesComeAndGo() {
        List<EntryId> entries = new ArrayList<>(failures.entries(failures.numbered(25, "t", "BROKEN")));
        Collections.reverse(entries);
        List<EntryId> seen = new ArrayList<>();

        EntryId before = null;
        List<EntryId> page;
        do {
            page = page(before, 10);
            seen.addAll(page);
            if (!page.isEmpty()) {
                before = page.getLast();
                store.delete("default", before);
                failures.numbered(3, "t", "BROKEN");
            }
        } while (page.size() == 10);

        assertThat(seen).isEqualTo(entries);
    }

    @Test
    void anotherTenantsEntriesDoNotExist() {
        UUID task = failures.standalone("t", "BROKEN");
        database.client()
                .sql("with t as (update task set tenant = 'acme' returning 1) update dead_letter set tenant = 'acme'")
                .update();
        failures.number();
        EntryId entry = failures.entry(task);

        assertThat(list(null, null, null)).isEmpty();
        assertThat(store.find("default", entry)).isEmpty();
        assertThat(store.delete("default", entry)).isFalse();
        assertThat(store.reprocess("default", "ann", entry, false)).isEqualTo(new ReprocessAnswer.NotFound());
        assertThat(store.reprocess("default", "ann", entry, true)).isEqualTo(new ReprocessAnswer.NotFound());
        assertThat(store.reprocessAll("default", "ann", null, null, 10))
                .isEqualTo(new BulkAnswer(List.of(), List.of()));

        DeadLetter letter = store.find("acme", entry).orElseThrow();
        assertThat(letter.tenant()).isEqualTo("acme");
        assertThat(letter.state()).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void deletesOnceAndLeavesWhatHasLeftBefore() {
        List<EntryId> entries = failures.entries(failures.numbered(2, "t", "BROKEN"));
        store.reprocess("default", "ann", entries.get(1), false);

        assertThat(store.delete("default", entries.get(0))).isTrue();
        DeadLetter deleted = store.find("default", entries.get(0)).orElseThrow();
        assertThat(store.delete("default", entries.get(0))).isTrue();
        assertThat(store.delete("default", entries.get(1))).isTrue();
        assertThat(store.delete("default", new EntryId(1, 0))).isFalse();

        assertThat(deleted.state()).isEqualTo(DeadLetterState.DELETED);
        assertThat(deleted.leftAt()).isNotNull();
        assertThat(store.find("default", entries.get(0))).contains(deleted);
        assertThat(store.find("default", entries.get(1)).orElseThrow().state()).isEqualTo(DeadLetterState.REPROCESSED);
        assertThat(store.streamState().open()).isZero();
    }

    @Test
    void wakesTheDelivererForARebuildAndForWhatLeaves() throws SQLException {
        EntryId entry = failures.entries(failures.numbered(1, "t", "BROKEN")).getFirst();
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.DEAD_LETTERS);
            PGConnection heard = listener.unwrap(PGConnection.class);

            store.requestRebuild();
            assertThat(heard.getNotifications(5_000)).hasSize(1);
            store.delete("default", entry);
            assertThat(heard.getNotifications(5_000)).hasSize(1);
        }
    }

    private List<EntryId> list(@Nullable String type, @Nullable String code, @Nullable DeadLetterState state) {
        return store.list("default", new DeadLetterQuery(type, code, state, null, 100)).items().stream()
                .map(DeadLetter::id)
                .toList();
    }

    private List<EntryId> page(@Nullable EntryId before, int limit) {
        return store.list("default", new DeadLetterQuery(null, null, null, before, limit)).items().stream()
                .map(DeadLetter::id)
                .toList();
    }
}
