package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.KeysetScan.StepResult;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads pages of DAGs, as {@link TaskPages} reads those of tasks. Throws {@code DataAccessException}s. Thread-safe. */
final class DagPages {
    private static final String NO_LABELS = "{}";
    private static final String BEFORE = " and dag_id < :before ";

    private final JdbcClient client;
    private final KeysetScan walk;

    DagPages(DataSource database, KeysetScan walk) {
        this.client = JdbcClient.create(database);
        this.walk = walk;
    }

    Page<UUID, DagFacts> page(DagQuery query) {
        return walk.page(
                (before, limit, rows) -> read(query, before, limit, rows),
                DagFacts::dagId,
                query.before(),
                query.limit());
    }

    private StepResult<UUID, DagFacts> read(DagQuery query, @Nullable UUID before, int limit, int rows) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", query.tenant());
        parameters.put("statuses", query.statuses().stream().map(Enum::name).toArray(String[]::new));
        parameters.put("labels", query.labels());
        parameters.put("limit", limit);
        parameters.put("name", query.name());
        parameters.put("before", before);
        String filter = filter(query);
        String sql = "select w.seen, (" + filter + ") is true as passes, w.dag_id as at, " + DagReader.COLUMNS + """
                from (select dag_id, row_number() over (order by dag_id desc) as seen from (
                """
                + walk(query, before == null ? "" : BEFORE) + """
                ) i) w
                left join lateral (
                  select * from run where run_id = w.dag_id order by run_number desc limit 1) r on true
                left join lateral (select * from dag where dag_id = w.dag_id offset 0) d on true
                where (""" + filter + """
                ) or w.seen = :rows
                order by w.dag_id desc limit :limit
                """;
        return StepResult.of(
                client,
                sql,
                parameters,
                rows,
                Records.of(DagFacts.class),
                (row, number) -> row.getObject("at", UUID.class));
    }

    private static String filter(DagQuery query) {
        StringBuilder filter = new StringBuilder("r.run_id is not null and d.tenant = :tenant");
        if (!query.statuses().isEmpty()) {
            filter.append(" and ").append(DagReader.STATUS).append(" = any(:statuses::run_status[])");
        }
        if (query.name() != null) {
            filter.append(" and d.name = :name");
        }
        if (!query.labels().equals(NO_LABELS)) {
            filter.append(" and d.labels @> :labels::jsonb");
        }
        return filter.toString();
    }

    /** The ids to look at, newest first. */
    private static String walk(DagQuery query, String before) {
        String newest = " order by dag_id desc limit :rows";
        if (!query.labels().equals(NO_LABELS)) {
            return "select id as dag_id from label where tenant = :tenant and kind = 'DAG' and label = "
                    + TaskPages.FIRST_LABEL + before.replace("dag_id", "id") + " order by id desc limit :rows";
        }
        if (query.name() != null) {
            return "select dag_id from dag where tenant = :tenant and name = :name" + before + newest;
        }
        if (!query.statuses().isEmpty() && !query.statuses().contains(RunStatus.COMPLETED)) {
            return byStatus(query.statuses(), before.replace("dag_id", "run_id"));
        }
        return "select dag_id from dag where tenant = :tenant" + before + newest;
    }

    /** A branch for each status that is stored, of the last run of each DAG. */
    private static String byStatus(Set<RunStatus> statuses, String before) {
        Set<RunStatus> stored = new TreeSet<>(statuses);
        if (stored.remove(RunStatus.PAUSED)) {
            Arrays.stream(RunStatus.values())
                    .filter(status -> status != RunStatus.PAUSED && !status.isTerminal())
                    .forEach(stored::add);
        }
        return stored.stream()
                .map(status -> """
                        (select run_id as dag_id from run r
                         where tenant = :tenant and kind = 'DAG' and status = '%s' %s
                           and run_number = (select max(l.run_number) from run l where l.run_id = r.run_id)
                         order by run_id desc limit :rows)
                        """.formatted(status.name(), before))
                .collect(Collectors.joining(
                        " union all ", "select dag_id from (", ") b order by dag_id desc limit :rows"));
    }
}
