package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkDeleteIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void deletesTheOldestFirstByFilterAsManyAsWanted() {
        List<UUID> wanted = failures.numbered(4, "a", "BROKEN");
        List<UUID> otherCode = failures.numbered(1, "a", "TIMEOUT");
        List<UUID> otherType = failures.numbered(1, "b", "BROKEN");

        assertThat(store.deleteAll("default", "a", "BROKEN", 3)).isEqualTo(new BulkDeleted(3, true));
        assertThat(open()).containsExactly(wanted.getLast(), otherCode.getFirst(), otherType.getFirst());
        assertThat(store.deleteAll("default", "a", "BROKEN", 1)).isEqualTo(new BulkDeleted(1, false));
        assertThat(store.deleteAll("default", "b", null, 10)).isEqualTo(new BulkDeleted(1, false));
        assertThat(store.deleteAll("other", null, null, 10)).isEqualTo(new BulkDeleted(0, false));
        assertThat(open()).containsExactlyElementsOf(otherCode);
    }

    @Test
    void whatIsDeletedLeavesTheStreamAndItsTaskStaysAsItIs() {
        failures.numbered(2, "a", "BROKEN");

        store.deleteAll("default", null, null, 10);

        assertThat(failures.texts(
                        "select distinct d.state || ' ' || (d.left_at is not null) || ' ' || s.status from dead_letter d"
                                + " join task_state s on s.task_id = d.task_id"))
                .containsExactly("DELETED true FAILED");
        assertThat(failures.text("select count(*)::text from dead_letter_removal"))
                .isEqualTo("2");
    }

    @Test
    void deletesMoreThanOneTransactionHoldsAndNoMoreThanIsBounded() {
        int count = BulkChanges.ENTRIES_PER_TRANSACTION * 2 + 1;
        failures.numbered(count, "t", "BROKEN");

        assertThat(store.deleteAll("default", null, null, count - 1)).isEqualTo(new BulkDeleted(count - 1, true));
        assertThat(store.deleteAll("default", null, null, count)).isEqualTo(new BulkDeleted(1, false));
        for (int limit : new int[] {0, DeadLetterStore.MAX_BULK + 1}) {
            assertThatThrownBy(() -> store.deleteAll("default", null, null, limit))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<UUID> open() {
        return failures
                .texts(
                        "select task_id::text from dead_letter where state = 'OPEN' order by entry_millis, entry_sequence")
                .stream()
                .map(UUID::fromString)
                .toList();
    }
}
