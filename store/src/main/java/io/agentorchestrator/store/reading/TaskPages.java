package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.page.Walk;
import io.agentorchestrator.store.page.Walk.Look;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads pages of tasks, newest first, each within bounds of rows and time: it walks the index that fits the filters best, and looks up
 * what the others ask of each task. Throws {@code DataAccessException}s. Thread-safe.
 */
final class TaskPages {
    private static final String NO_LABELS = "{}";
    /** One of the wanted labels, as the store keeps it. */
    static final String FIRST_LABEL =
            "(select l.key || '=' || l.value from jsonb_each_text(:labels::jsonb) l order by l.key limit 1)";

    /** Attempts that ended may have been another agent's than that of the last dispatch. */
    private static final String ATTEMPTS = """
            left join lateral (select true as had from task_attempt where task_id = w.task_id and agent_id = :agent limit 1) a on true
            """;

    private static final String BEFORE = " and task_id < :before ";
    private static final String NEWEST = " order by task_id desc limit :rows";

    /** Those that the index of what is out of the backlog has. */
    private static final Set<TaskStatus> OUTSTANDING =
            Set.of(TaskStatus.RELEASED, TaskStatus.DISPATCHED, TaskStatus.RUNNING);

    private final JdbcClient client;
    private final Walk walk;

    TaskPages(DataSource database) {
        this(database, new Walk());
    }

    TaskPages(DataSource database, Walk walk) {
        this.client = JdbcClient.create(database);
        this.walk = walk;
    }

    Page<UUID, TaskFacts> page(TaskQuery query) {
        Map<String, Object> parameters = parameters(query);
        return walk.page(
                (before, limit, rows) -> look(query, parameters, before, limit, rows),
                TaskFacts::taskId,
                query.before(),
                query.limit());
    }

    /**
     * The lookups stand in subqueries of their own, so that a plan cannot but make them one by one, as the walk goes. The last row of the
     * walk comes along though it does not pass, for its id.
     */
    private Look<UUID, TaskFacts> look(
            TaskQuery query, Map<String, Object> shared, @Nullable UUID before, int limit, int rows) {
        Map<String, Object> parameters = new HashMap<>(shared);
        parameters.put("limit", limit);
        Look.putUnlessNull(parameters, "before", before);
        String filter = filter(query);
        String sql = "select w.seen, (" + filter + ") is true as passes, w.task_id as at, " + TaskRow.COLUMNS + """
                from (select task_id, row_number() over (order by task_id desc) as seen from (
                """
                + walk(query, before == null ? "" : BEFORE) + """
                ) i) w
                left join lateral (select * from task_state where task_id = w.task_id offset 0) s on true
                left join lateral (select * from task where task_id = w.task_id offset 0) t on true
                """ + (query.agentId() == null ? "" : ATTEMPTS)
                + "where (" + filter + """
                ) or w.seen = :rows
                order by w.task_id desc limit :limit
                """;
        return Look.of(
                client,
                sql,
                parameters,
                rows,
                (row, number) -> TaskRow.read(row),
                (row, number) -> row.getObject("at", UUID.class));
    }

    private static Map<String, Object> parameters(TaskQuery query) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", query.tenant());
        parameters.put("statuses", query.statuses().stream().map(Enum::name).toArray(String[]::new));
        Look.putUnlessNull(parameters, "type", query.taskType());
        Priority priority = query.priority();
        Look.putUnlessNull(parameters, "priority", priority == null ? null : priority.name());
        Look.putUnlessNull(parameters, "dag", query.dagId());
        Look.putUnlessNull(parameters, "agent", query.agentId());
        parameters.put("labels", query.labels());
        return parameters;
    }

    private static String filter(TaskQuery query) {
        StringBuilder filter = new StringBuilder("s.task_id is not null and t.tenant = :tenant");
        if (!query.statuses().isEmpty()) {
            filter.append(" and s.status = any(:statuses::task_status[])");
        }
        if (query.taskType() != null) {
            filter.append(" and s.task_type = :type");
        }
        if (query.priority() != null) {
            filter.append(" and s.priority = :priority::priority_key");
        }
        if (query.dagId() != null) {
            filter.append(" and t.dag_id = :dag");
        }
        if (query.agentId() != null) {
            filter.append(" and (s.agent_id = :agent or a.had)");
        }
        if (!query.labels().equals(NO_LABELS)) {
            filter.append(" and t.labels @> :labels::jsonb");
        }
        return filter.toString();
    }

    /** The ids to look at, newest first. */
    private static String walk(TaskQuery query, String before) {
        if (query.dagId() != null) {
            // Apart, so that the index of the DAG is taken and not that of the order.
            return "select task_id from (select task_id from task where dag_id = :dag offset 0) d where true" + before
                    + NEWEST;
        }
        if (!query.labels().equals(NO_LABELS)) {
            return "select id as task_id from label where tenant = :tenant and kind = 'TASK' and label = " + FIRST_LABEL
                    + before.replace("task_id", "id") + " order by id desc limit :rows";
        }
        if (!query.statuses().isEmpty() && !query.statuses().contains(TaskStatus.COMPLETED)) {
            return byStatus(query, before);
        }
        if (query.taskType() != null) {
            return "select task_id from task where tenant = :tenant and task_type = :type" + before + NEWEST;
        }
        return "select task_id from task where tenant = :tenant" + before + NEWEST;
    }

    /** A branch for each status, of which the newest are merged. Statuses are literals, for the sake of partial indexes. */
    private static String byStatus(TaskQuery query, String before) {
        return query.statuses().stream()
                .sorted()
                .flatMap(status -> tables(query, status).stream())
                .map(table -> "(select task_id from " + table + before + NEWEST + ")")
                .collect(Collectors.joining(
                        " union all ", "select task_id from (", ") b order by task_id desc limit :rows"));
    }

    /** Where the tasks of a status are found: of one type the backlog is in order, too, by priority. */
    private static List<String> tables(TaskQuery query, TaskStatus status) {
        String ofStatus = "task_state where tenant = :tenant and status = '" + status.name() + "'";
        String ofType = query.taskType() == null ? "" : " and task_type = :type";
        if (OUTSTANDING.contains(status)) {
            // Apart, so that the index of these is taken and not that of the order: they are as many as agents have
            // room for.
            return List.of("(select task_id from " + ofStatus + ofType + " offset 0) o where true");
        }
        if (status != TaskStatus.QUEUED || query.taskType() == null) {
            return List.of(ofStatus);
        }
        Priority wanted = query.priority();
        return Arrays.stream(Priority.values())
                .filter(priority -> wanted == null || priority == wanted)
                .map(priority -> ofStatus + ofType + " and priority = '" + priority.name() + "'")
                .toList();
    }
}
