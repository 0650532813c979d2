package io.agentorchestrator.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SchemaIT {

    @Test
    void migratesAnEmptyDatabaseAndRepeatingChangesNothing() {
        try (TestDatabase database = PostgresServer.shared().newEmptyDatabase()) {
            Schema schema = new Schema(database.dataSource());

            schema.migrate();
            schema.migrate();

            assertThat(schema.ensurePartitions()).isZero();
            assertThat(countPartitions(database, "task_state_2%")).isBetween(1, 2);
        }
    }

    @Test
    void runsOnPostgreSql18() {
        try (TestDatabase database = PostgresServer.shared().newDatabase()) {
            assertThat(database.client()
                            .sql("show server_version_num")
                            .query(Integer.class)
                            .single())
                    .isGreaterThanOrEqualTo(180_000);
        }
    }

    @Test
    void aRowLandsInThePartitionOfItsWeek() {
        try (TestDatabase database = PostgresServer.shared().newDatabase()) {
            Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
            UUID id = new Uuid7(Clock.fixed(tomorrow, ZoneOffset.UTC)).next();

            insertRun(database, id);

            assertThat(tableOf(database, id)).isEqualTo("run_" + week(LocalDate.ofInstant(tomorrow, ZoneOffset.UTC)));
        }
    }

    @Test
    void refusesADatabaseThatOtherMigrationsMade() {
        try (TestDatabase database = PostgresServer.shared().newDatabase()) {
            Schema schema = new Schema(database.dataSource());
            database.client()
                    .sql(
                            "update flyway_schema_history set checksum = checksum + 1, description = 'core' where version = '1'")
                    .update();

            assertThatThrownBy(schema::migrate)
                    .isInstanceOf(ForeignSchemaException.class)
                    .hasMessageContaining("the schema of another version");
        }
    }

    @Test
    void aMonthTakesFewPartitionsForMostStatementsLookIntoAll() {
        try (TestDatabase database = PostgresServer.shared().newDatabase()) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);

            database.client()
                    .sql("select ensure_partitions(?, 31)")
                    .param(today.minusDays(31))
                    .query(Integer.class)
                    .single();

            assertThat(countPartitions(database, "run\\_20%")).isBetween(5, 8);
        }
    }

    private static String week(LocalDate day) {
        return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .toString()
                .replace("-", "");
    }

    private static void insertRun(TestDatabase database, UUID id) {
        database.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (?, 1, 'DAG', 'default', 'local', 'RUNNING', 1, 'w', 1, 1, now())
                        """).param(id).update();
    }

    private static String tableOf(TestDatabase database, UUID id) {
        return database.client()
                .sql("select tableoid::regclass::text from run where run_id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private static int countPartitions(TestDatabase database, String like) {
        return database.client()
                .sql("select count(*) from pg_class where relkind = 'r' and relname like ?")
                .param(like)
                .query(Integer.class)
                .single();
    }
}
