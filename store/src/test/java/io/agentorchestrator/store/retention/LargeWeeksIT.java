package io.agentorchestrator.store.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Weeks that have more rows than a statement looks at, and weeks that cannot be dropped. */
class LargeWeeksIT {
    private static final Duration MONTH = Duration.ofDays(30);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();
    private final OldRows rows = new OldRows(database);
    private final Retention retention = new Retention(database.dataSource(), 3, 3);

    @BeforeEach
    void weeksOfThePast() {
        client.sql("select ensure_partitions((now() at time zone 'UTC')::date - 80, 70)")
                .query(Integer.class)
                .single();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void oneOpenTaskAmongVeryManyKeepsTheirWeek() {
        List<UUID> ended = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ended.add(rows.task("COMPLETED", Duration.ofDays(50), null));
        }
        UUID open = rows.task("RUNNING", Duration.ofDays(50), null);
        String partition = rows.tableOf("task", open);

        assertThat(retention.tasks(MONTH)).isTrue();

        assertThat(rows.exists(partition)).isTrue();
        assertThat(rows.ids("task")).hasSize(11).containsAll(ended).contains(open);
    }

    @Test
    void aWeekThatTakesTooLongKeepsNothingElseAndHasItsTurnAgain() {
        refuseToDeleteCommands("57014");
        UUID slow = rows.task("COMPLETED", Duration.ofDays(60), null);
        strayCommand(Duration.ofDays(60));
        UUID next = rows.task("COMPLETED", Duration.ofDays(50), null);
        String partitionOfSlow = rows.tableOf("task", slow);
        String partitionOfNext = rows.tableOf("task", next);

        lap();

        assertThat(rows.exists(partitionOfNext)).isFalse();
        assertThat(rows.exists(partitionOfSlow)).isTrue();
        assertThat(rows.ids("task")).isEmpty();
        client.sql("drop trigger refuse on command").update();
        boolean _ = new Retention(database.dataSource(), 3, 3).tasks(MONTH);
        assertThat(rows.exists(partitionOfSlow)).isFalse();
        assertThat(rows.counts()).containsEntry("command", 0L);
    }

    @Test
    void aWeekThatFailsKeepsNoRowsFromBeingDeletedOneByOne() {
        refuseToDeleteCommands("P0001");
        rows.task("COMPLETED", Duration.ofDays(60), null);
        strayCommand(Duration.ofDays(60));

        assertThatThrownBy(() -> retention.tasks(MONTH)).isInstanceOf(DataAccessException.class);
        lap();

        assertThat(rows.ids("task")).isEmpty();
    }

    private void refuseToDeleteCommands(String code) {
        client.sql("""
                        create function refuse() returns trigger language plpgsql as $$
                        begin raise exception 'refused' using errcode = '%s'; end $$
                        """.formatted(code)).update();
        client.sql("create trigger refuse before delete on command for each row execute function refuse()")
                .update();
    }

    /** A command that was carried out, of a run that is gone. */
    private void strayCommand(Duration ago) {
        client.sql("""
                        insert into command (command_id, tenant, principal, kind, run_id, code, reason, acknowledged_at)
                        values (uuidv7(), 'default', 'me', 'PAUSE', uuidv7(- ? * interval '1 second'), '', '', now())
                        """).param(ago.toSeconds()).update();
    }

    private void lap() {
        int batches = 0;
        while (retention.tasks(MONTH)) {
            assertThat(batches++).isLessThan(1_000);
        }
    }
}
