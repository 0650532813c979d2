package io.agentorchestrator.store.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TableSizesIT {
    private static final Duration DAY = Duration.ofDays(1);
    /** A row each, rows of two hours, what operators or live processes keep, and marks that somebody reads and deletes at once. */
    private static final List<String> DO_NOT_GROW = List.of(
            "agent_connection",
            "api_process",
            "budget",
            "budget_marking",
            "capacity_limit",
            "dead_letter_removal",
            "dead_letter_stream",
            "flyway_schema_history",
            "limit_marking",
            "partitioned_table",
            "removed_events",
            "setting",
            "sla_minute",
            "sla_position",
            "sla_total",
            "tenant",
            "use_scale",
            "worker");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void sizesAreToldOfEveryTableThatGrows() {
        new OldRows(database).task("COMPLETED", DAY, null);

        assertThat(new TableSizes(database.dataSource()).sizes()).anySatisfy(size -> {
            assertThat(size.table()).isEqualTo("task");
            assertThat(size.bytes()).isPositive();
            assertThat(size.oldest()).isBetween(DAY.minusMinutes(5), DAY.plusMinutes(5));
        });
    }

    @Test
    void eventsThatAnUnfinishedRunKeepsAreNotTheOldest() {
        OldRows rows = new OldRows(database);
        rows.event("t", rows.run("DAG", "RUNNING", DAY.multipliedBy(30)), DAY.multipliedBy(30));
        assertThat(oldestEvent()).isNull();

        rows.event("t", rows.run("DAG", "COMPLETED", DAY.multipliedBy(20)), DAY.multipliedBy(20));

        assertThat(oldestEvent()).isNotNull();
    }

    private @Nullable Duration oldestEvent() {
        return new TableSizes(database.dataSource())
                .sizes().stream()
                        .filter(size -> size.table().equals("event"))
                        .findFirst()
                        .orElseThrow()
                        .oldest();
    }

    @Test
    void everyTableIsWatchedButThoseThatDoNotGrow() {
        List<String> watched = new TableSizes(database.dataSource())
                .sizes().stream().map(TableSizes.TableSize::table).toList();

        assertThat(client.sql("""
                                select relname from pg_class
                                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
                                """).query(String.class).list())
                .containsAll(watched)
                .filteredOn(table -> !watched.contains(table))
                .containsExactlyInAnyOrderElementsOf(DO_NOT_GROW);
    }

    @Test
    void theFlowThroughAgentsThatAreGoneIsForgotten() {
        client.sql(
                        "insert into flow (class_key, updated_at) values ('old', now() - interval '31 days'), ('new', now())")
                .update();

        assertThat(new Retention(database.dataSource()).measurements()).isFalse();

        assertThat(client.sql("select class_key from flow").query(String.class).list())
                .containsExactly("new");
    }
}
