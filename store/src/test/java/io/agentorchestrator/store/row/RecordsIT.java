package io.agentorchestrator.store.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataRetrievalFailureException;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

class RecordsIT {
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();
    private static final UUID ID = new UUID(7, 7);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    private record Columned(
            UUID taskId,
            String json,
            TaskStatus status,
            int small,
            long large,
            double real,
            boolean yes,
            byte[] data,
            Instant at,
            Duration pause,
            LocalDate week,
            BigInteger sum,
            BigDecimal exact,
            List<String> texts,
            List<Integer> numbers,
            Set<String> tenants) {}

    @Test
    void readsEveryTypeThatColumnsHave() {
        Columned read = sql("""
                        select '00000000-0000-0007-0000-000000000007'::uuid as task_id, '{"a": 1}'::jsonb as json,
                          'QUEUED'::task_status as status, 1 as small, 2::bigint as large, 0.1::real as real, true as yes,
                          '\\x0102'::bytea as data, '2026-11-29T21:00:00.000001Z'::timestamptz as at, 1.5 as pause_millis,
                          date '2026-11-23' as week, 12345678901234567890::numeric as sum, 1.50::numeric as exact,
                          array['b', 'a'] as texts, array[2, 1] as numbers, array['z', 'a', 'z'] as tenants
                        """).query(Records.of(Columned.class)).single();

        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(new Columned(
                        ID,
                        "{\"a\": 1}",
                        TaskStatus.QUEUED,
                        1,
                        2,
                        0.1,
                        true,
                        new byte[] {1, 2},
                        Instant.parse("2026-11-29T21:00:00.000001Z"),
                        Duration.ofNanos(1_500_000),
                        LocalDate.of(2026, 11, 23),
                        new BigInteger("12345678901234567890"),
                        new BigDecimal("1.50"),
                        List.of("b", "a"),
                        List.of(2, 1),
                        Set.of("z", "a")));
        assertThat(read.tenants()).containsExactly("z", "a");
    }

    private record Absent(
            @Nullable UUID taskId,
            @Nullable Integer count,
            @Nullable Instant at,
            @Nullable Duration pause,
            @Nullable TaskStatus status,
            @Nullable Set<String> tenants,
            @Nullable RunKey run) {}

    @Test
    void whatMayBeAbsentIsNull() {
        assertThat(sql("""
                        select null::uuid as task_id, null::integer as count, null::timestamptz as at, null::bigint as pause_millis,
                          null::task_status as status, null::text[] as tenants, null::uuid as run_id, null::integer as run_number
                        """).query(Records.of(Absent.class)).single())
                .isEqualTo(new Absent(null, null, null, null, null, null, null));
    }

    private record Placed(@Nullable RunKey run, int index) {}

    @Test
    void aRecordWithinIsReadFromTheSameRow() {
        assertThat(sql("select '00000000-0000-0007-0000-000000000007'::uuid as run_id, 2 as run_number, 3 as index")
                        .query(Records.of(Placed.class))
                        .single())
                .isEqualTo(new Placed(new RunKey(ID, 2), 3));
        assertThat(
                        sql("select '00000000-0000-0007-0000-000000000007'::uuid as run_id, null::integer as run_number, 3 as index")
                                .query(Records.of(Placed.class))
                                .single())
                .isEqualTo(new Placed(null, 3));
    }

    @Test
    void aNullThatMayNotBeIsAnErrorThatNamesTheColumn() {
        StatementSpec primitive =
                sql("select null::uuid as run_id, null::integer as run_number, null::integer as index");

        assertThatThrownBy(() -> primitive.query(Records.of(Placed.class)).single())
                .isInstanceOf(DataRetrievalFailureException.class)
                .hasMessage("column index of a Placed is null");
        assertThatThrownBy(() -> primitive.query(Records.of(RunKey.class)).single())
                .isInstanceOf(DataRetrievalFailureException.class)
                .hasMessage("column run_id of a RunKey is null");
    }

    @Test
    void rowsAreReadByKeyInTheirOrder() {
        StatementSpec rows = sql("""
                        select id as run_id, number as run_number, number as index
                        from (values (2, 2), (1, 1), (1, 3)) v (half, number), lateral (
                          select ('00000000-0000-0000-0000-00000000000' || half)::uuid as id) i
                        """);
        UUID one = new UUID(0, 1);
        UUID two = new UUID(0, 2);

        assertThat(Records.byKey(rows, RunKey.class, (row, number) -> row.getInt(3)))
                .containsExactly(
                        Map.entry(new RunKey(two, 2), 2),
                        Map.entry(new RunKey(one, 1), 1),
                        Map.entry(new RunKey(one, 3), 3));
        assertThat(Records.listsByKey(rows, UUID.class, Records.of(RunKey.class)))
                .containsExactly(
                        Map.entry(two, List.of(new RunKey(two, 2))),
                        Map.entry(one, List.of(new RunKey(one, 1), new RunKey(one, 3))));
    }

    private record Row(
            UUID id, @Nullable String text, @Nullable Double real) {}

    @Test
    void columnsAreTheParametersOfAnUnnest() {
        List<Row> rows = List.of(new Row(ID, null, 0.5), new Row(new UUID(0, 1), "a,\"b", null));

        assertThat(sql("select * from unnest(?::uuid[], ?::text[], ?::float8[]) as r (id, text, real)")
                        .params(Columns.of(rows).uuids(Row::id).texts(Row::text).doubles(Row::real))
                        .query((row, number) -> new Row(
                                row.getObject("id", UUID.class),
                                row.getString("text"),
                                row.getObject("real", Double.class)))
                        .list())
                .isEqualTo(rows);
    }

    private static StatementSpec sql(String sql) {
        return DATABASE.client().sql(sql);
    }
}
