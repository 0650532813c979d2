package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.KeysetScan.StepResult;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
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

    /** Few enough to be sorted for each page. */
    private static final String FEW_OF_TYPE = """
            ((select count(*) from (select from task_state where status = 'QUEUED' and task_type = :type limit 4001) f) <= 4000)""";

    private static final String BEFORE = " and task_id < :before ";
    /** The tenant's next task behind the last row that was looked at. */
    private static final String NEXT_OWN = """
            case when s.seen = :rows then
              (select o.task_id from task o where o.tenant = :tenant and o.task_id < s.at order by o.task_id desc limit 1) end
            """;

    private static final UUID NOWHERE = new UUID(0, 0);
    /** States are scanned where more than one in so many is what the walk would meet: to look one up takes as long as to scan so many. */
    private static final int SCAN_SHARE = 4;

    private static final int SAMPLE_ROWS = 500;
    private static final String NEWEST = " order by task_id desc limit :rows";

    /** Statuses in the index of tasks that are out of the backlog. */
    private static final Set<TaskStatus> OUTSTANDING =
            Set.of(TaskStatus.RELEASED, TaskStatus.DISPATCHED, TaskStatus.RUNNING);

    private final JdbcClient client;
    private final KeysetScan walk;

    TaskPages(DataSource database, KeysetScan walk) {
        this.client = JdbcClient.create(database);
        this.walk = walk;
    }

    Page<UUID, TaskFacts> page(TaskQuery query) {
        return walk.page(new Looks(query), TaskFacts::taskId, query.before(), query.limit());
    }

    /** One page's looks: the first by an index, further ones by whichever of both ways suits what lies ahead. For one thread. */
    private final class Looks implements KeysetScan.Step<UUID, TaskFacts> {
        private final TaskQuery query;
        private final Map<String, Object> shared;
        private boolean begun;
        private @Nullable Boolean scans;

        Looks(TaskQuery query) {
            this.query = query;
            this.shared = parameters(query);
        }

        @Override
        public StepResult<UUID, TaskFacts> read(@Nullable UUID before, int limit, int rows) {
            Map<String, Object> parameters = new HashMap<>(shared);
            parameters.put("limit", limit);
            parameters.put("before", before);
            String below = before == null ? "" : BEFORE;
            boolean scan = begun && scans(below, parameters);
            begun = true;
            StepResult<UUID, TaskFacts> result = StepResult.of(
                    client,
                    scan ? page(scanned(query, below), NEXT_OWN, query) : page(walked(query, below), "s.at", query),
                    parameters,
                    rows,
                    Records.of(TaskFacts.class),
                    (row, number) ->
                            scan ? justAbove(row.getObject("at", UUID.class)) : row.getObject("at", UUID.class));
            return NOWHERE.equals(result.reached()) ? new StepResult<>(result.found(), null) : result;
        }

        /** Looked at once a page, where the first look has not filled it. */
        private boolean scans(String below, Map<String, Object> parameters) {
            if (scans == null) {
                scans = query.dagId() == null
                        && query.labels().equals(NO_LABELS)
                        && client.sql("""
                                        select count(*) filter (where %s) * %d > count(*)
                                        from (select tenant, task_type, status from task_state where true %s
                                              order by task_id desc limit %d) sample
                                        """.formatted(covered(query), SCAN_SHARE, below, SAMPLE_ROWS))
                                .params(parameters)
                                .query(Boolean.class)
                                .single();
            }
            return scans;
        }
    }

    /**
     * A page of those states that pass. Tasks are looked up for these alone, or where labels have to be seen. Lookups stand in subqueries of
     * their own, so that a plan cannot but make them one by one.
     *
     * @param states that pass, and the last row that was looked at, for where it is; newest first
     * @param at where the last row is
     */
    private static String page(String states, String at, TaskQuery query) {
        boolean labelled = !query.labels().equals(NO_LABELS);
        String passes = labelled ? "(s.passes and t.labels @> :labels::jsonb)" : "s.passes";
        return "select s.seen, " + passes + " is true as passes, " + at + " as at, " + TaskRow.COLUMNS + "from ("
                + states + (labelled ? "" : " limit :limit") + """
                ) s
                left join lateral (select * from task where task_id = s.at offset 0) t on true
                where\s""" + passes
                + " or s.seen = :rows order by s.at desc limit :limit";
    }

    /** The query that walks an index and looks up the state of each task by its key. */
    private static String walked(TaskQuery query, String below) {
        return """
                select s.*, w.seen, w.at, (%1$s) is true as passes
                from (select task_id as at, row_number() over (order by task_id desc) as seen from (%2$s) i) w
                left join lateral (select * from task_state where task_id = w.at offset 0) s on true
                where (%1$s) or w.seen = :rows
                order by w.at desc
                """.formatted(passes(query), walk(query, below));
    }

    /** The query that scans all states, other tenants' too, down to the last one that is to be looked at. */
    private static String scanned(TaskQuery query, String below) {
        return """
                with lowest as materialized (
                  select task_id from task_state where true %2$s order by task_id desc offset :rows - 1 limit 1)
                select s.*, s.task_id as at, (%1$s) is true as passes,
                  case when s.task_id = (select task_id from lowest) then :rows else 0 end as seen
                from (select * from task_state
                      where task_id >= coalesce((select task_id from lowest), '%3$s') %2$s order by task_id desc offset 0) s
                where (%1$s) or s.task_id = (select task_id from lowest)
                order by s.task_id desc
                """.formatted(passes(query), below, NOWHERE);
    }

    /** A cursor shows where it stands: after a scan, next to an id of the tenant's own. */
    private static UUID justAbove(@Nullable UUID own) {
        return own == null ? NOWHERE : new UUID(own.getMostSignificantBits(), own.getLeastSignificantBits() + 1);
    }

    private static boolean isByStatus(TaskQuery query) {
        return !query.statuses().isEmpty() && !query.statuses().contains(TaskStatus.COMPLETED);
    }

    /** The condition of all rows that the walk by tenant, type or status meets. */
    private static String covered(TaskQuery query) {
        if (isByStatus(query)) {
            return "tenant = :tenant and status = any(:statuses::task_status[])";
        }
        return query.taskType() == null ? "tenant = :tenant" : "tenant = :tenant and task_type = :type";
    }

    private static Map<String, Object> parameters(TaskQuery query) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", query.tenant());
        parameters.put("statuses", query.statuses().stream().map(Enum::name).toArray(String[]::new));
        parameters.put("type", query.taskType());
        Priority priority = query.priority();
        parameters.put("priority", priority == null ? null : priority.name());
        parameters.put("dag", query.dagId());
        parameters.put("agent", query.agentId());
        parameters.put("labels", query.labels());
        return parameters;
    }

    /** The condition that the state of a task must meet. */
    private static String passes(TaskQuery query) {
        StringBuilder passes = new StringBuilder("s.tenant = :tenant");
        if (!query.statuses().isEmpty()) {
            passes.append(" and s.status = any(:statuses::task_status[])");
        }
        if (query.taskType() != null) {
            passes.append(" and s.task_type = :type");
        }
        if (query.priority() != null) {
            passes.append(" and s.priority = :priority::priority_key");
        }
        if (query.agentId() != null) {
            // Attempts that ended may have been another agent's than that of the last dispatch. A limit, so that all
            // attempts are not read at once.
            passes.append(" and (s.agent_id = :agent or coalesce((select true from task_attempt ")
                    .append("where task_id = s.task_id and agent_id = :agent limit 1), false))");
        }
        return passes.toString();
    }

    /** The ids to look at, newest first. */
    private static String walk(TaskQuery query, String before) {
        if (query.dagId() != null) {
            // Apart, so that the index of the DAG is taken and not that of the order.
            return "select task_id from (select task_id from task where dag_id = :dag and tenant = :tenant offset 0) d where true"
                    + before + NEWEST;
        }
        if (!query.labels().equals(NO_LABELS)) {
            return "select id as task_id from label where tenant = :tenant and kind = 'TASK' and label = " + FIRST_LABEL
                    + before.replace("task_id", "id") + " order by id desc limit :rows";
        }
        if (isByStatus(query)) {
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

    /**
     * Where the tasks of a status are found. Those of one type that are queued are read as a whole where they are few; otherwise they are
     * not rare among all that are queued.
     */
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
        return List.of(
                "(select task_id from " + ofStatus + ofType + " and " + FEW_OF_TYPE + " offset 0) q where true",
                ofStatus + " and not " + FEW_OF_TYPE);
    }
}
