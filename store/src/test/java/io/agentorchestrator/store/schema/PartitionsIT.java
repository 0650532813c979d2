package io.agentorchestrator.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.schema.Partitions.Partition;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

class PartitionsIT {
    private static final int TABLES = 13;
    private static final int DAYS_OFF = 30;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Partitions partitions = new Partitions(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aStatementThatTakesLongOnOneTableHoldsUpNobodyOnAnother() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection reader = database.dataSource().getConnection()) {
            reader.setAutoCommit(false);
            read(reader, "task");

            CompletableFuture<Integer> made =
                    CompletableFuture.supplyAsync(() -> partitions.ensure(0, DAYS_OFF), threads);
            Awaitility.await().until(() -> partitionsOf("dag_2%") > 2);
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> insertRun(idOf(Instant.now())), threads);
            CompletableFuture<Void> read = CompletableFuture.runAsync(() -> count("task"), threads);

            written.get(2, TimeUnit.SECONDS);
            read.get(2, TimeUnit.SECONDS);
            assertThat(made).isNotDone();
            reader.rollback();
            assertThat(made.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(3 * TABLES);
        }
        assertThat(partitions.ensure(0, DAYS_OFF)).isZero();
    }

    @Test
    void oneThatCannotBeMadeKeepsNoneOfTheOthers() throws Exception {
        try (Connection reader = database.dataSource().getConnection()) {
            reader.setAutoCommit(false);
            read(reader, "task_other");

            assertThatThrownBy(() -> new Partitions(database.dataSource(), 2).ensure(0, 14))
                    .isInstanceOf(DataAccessException.class);

            String week = name("", LocalDate.now(ZoneOffset.UTC).plusDays(14));
            assertThat(partitionsOf("%" + week)).isEqualTo(TABLES - 1);
            reader.rollback();
        }
        assertThat(partitions.ensure(0, 14)).isPositive();
    }

    @Test
    void aProcessThatIsStoppedWhileItMakesOneKeepsNobodyWaitingForLong() {
        database.client()
                .sql("create table limits (lock_timeout text, statement_timeout text, idle_timeout text)")
                .update();
        database.client().sql("""
                        create or replace function make_partition(table_name text, week date) returns boolean language plpgsql as $$
                        begin
                          insert into limits values (current_setting('lock_timeout'), current_setting('statement_timeout'),
                            current_setting('idle_in_transaction_session_timeout'));
                          return false;
                        end $$
                        """).update();

        partitions.ensure(0, DAYS_OFF);

        assertThat(database.client()
                        .sql(
                                "select distinct lock_timeout || ' ' || statement_timeout || ' ' || idle_timeout from limits")
                        .query(String.class)
                        .list())
                .containsExactly("200ms 1min 5s");
    }

    @Test
    void rowsOfAClockThatRanAheadMoveIntoTheirWeek() {
        Instant far = Instant.now().plus(Duration.ofDays(DAYS_OFF));
        UUID early = idOf(far);
        insertRun(early);
        assertThat(tableOf(early)).isEqualTo("run_other");

        partitions.ensure(0, DAYS_OFF);

        UUID late = idOf(far.plusMillis(1));
        insertRun(late);
        String expected = name("run", LocalDate.ofInstant(far, ZoneOffset.UTC));
        assertThat(tableOf(early)).isEqualTo(expected);
        assertThat(tableOf(late)).isEqualTo(expected);
    }

    @Test
    void eventsKeepTheirSequenceAsPartitionsCome() {
        partitions.ensure(0, DAYS_OFF);

        for (int days : List.of(0, 7, 14)) {
            database.client()
                    .sql("insert into event (event_id, tenant, status) values (?, 't', 'QUEUED')")
                    .param(idOf(Instant.now().plus(Duration.ofDays(days))))
                    .update();
        }

        assertThat(database.client()
                        .sql("select sequence from event order by event_id")
                        .query(Long.class)
                        .list())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aPartitionThatIsDroppedGoesWithItsRowsAndOneLeftBehindGoesToo() {
        partitions.ensure(0, 7);
        Partition last = partitions.weeks().getLast();

        partitions.drop(last);

        assertThat(partitions.weeks()).doesNotContain(last);
        Partition next = partitions.weeks().getLast();
        database.client()
                .sql("alter table " + next.table() + " detach partition " + next.name())
                .update();
        Partition left = partitions.weeks().getLast();
        assertThat(left).isEqualTo(new Partition(next.table(), next.name(), next.week(), false));
        partitions.drop(left);
        assertThat(partitions.weeks()).doesNotContain(left);
    }

    private static void read(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select from " + table + " limit 1");
        }
    }

    private long count(String table) {
        return database.client()
                .sql("select count(*) from " + table)
                .query(Long.class)
                .single();
    }

    private static UUID idOf(Instant at) {
        return new Uuid7(Clock.fixed(at, ZoneOffset.UTC)).next();
    }

    private void insertRun(UUID id) {
        database.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (?, 1, 'DAG', 'default', 'local', 'RUNNING', 1, 'w', 1, 1, now())
                        """).param(id).update();
    }

    private String tableOf(UUID id) {
        return database.client()
                .sql("select tableoid::regclass::text from run where run_id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private int partitionsOf(String like) {
        return database.client()
                .sql("select count(*) from pg_class where relkind = 'r' and relispartition and relname like ?")
                .param(like)
                .query(Integer.class)
                .single();
    }

    private static String name(String table, LocalDate day) {
        return table + "_"
                + day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .toString()
                        .replace("-", "");
    }
}
