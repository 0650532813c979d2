package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.reading.TaskDetail.CheckpointFacts;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads tasks. Another tenant's tasks do not exist here. Throws {@code DataAccessException}s. Thread-safe. */
public final class TaskReader {
    private static final Set<TaskStatus> UNSUCCESSFUL = Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED);

    private final JdbcClient client;

    public TaskReader(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** The task, if this tenant has one of this id. */
    public Optional<TaskDetail> find(String tenant, UUID taskId) {
        return client.sql("select " + TaskRow.COLUMNS + """
                        , t.payload, c.recorded_at, c.sequence, t.reprocessed_from,
                        (select r.task_id from task r where r.reprocessed_from = t.task_id order by r.task_id desc limit 1)
                          as reprocessed_as,
                        (select case when d.state in ('OPEN', 'REPROCESSED') then d.entry_millis || '-' || d.entry_sequence end
                         from dead_letter d where d.task_id = t.task_id order by d.run_number desc limit 1) as entry,
                        (select coalesce(sum(l.cost_micro_usd), 0) from late_outcome l where l.task_id = t.task_id)
                          + (select coalesce(sum(a.cost_micro_usd), 0) from task_attempt a where a.task_id = t.task_id) as cost
                        from task t
                        join task_state s on s.task_id = t.task_id
                        left join task_checkpoint c on c.task_id = t.task_id
                        where t.task_id = ? and t.tenant = ?
                        """)
                .param(taskId)
                .param(tenant)
                .query((row, number) -> detail(row))
                .optional()
                .map(this::withParentsAndAttempts);
    }

    /** A page of tasks, newest first. Those of a DAG include tasks whose place others have taken: they are in no run any more. */
    public List<TaskFacts> list(TaskQuery query) {
        StringBuilder sql = new StringBuilder("select " + TaskRow.COLUMNS + """
                from task t
                join task_state s on s.task_id = t.task_id
                where t.tenant = :tenant
                """);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", query.tenant());
        parameters.put("limit", query.limit());
        if (!query.statuses().isEmpty() && UNSUCCESSFUL.containsAll(query.statuses())) {
            // As literals, so that the index of these serves: they are few among many.
            sql.append(query.statuses().stream()
                    .map(status -> "'" + status.name() + "'")
                    .collect(Collectors.joining(", ", "and s.tenant = :tenant and s.status in (", ") ")));
        } else if (!query.statuses().isEmpty()) {
            sql.append("and s.status = any(:statuses::task_status[]) ");
            parameters.put(
                    "statuses", query.statuses().stream().map(TaskStatus::name).toArray(String[]::new));
        }
        narrow(sql, parameters, "and t.task_type = :type ", "type", query.taskType());
        narrow(
                sql,
                parameters,
                "and s.priority = :priority::priority_key ",
                "priority",
                query.priority() == null ? null : query.priority().name());
        narrow(sql, parameters, "and t.dag_id = :dag ", "dag", query.dagId());
        narrow(
                sql,
                parameters,
                "and t.labels <> '{}' and t.labels @> :labels::jsonb ",
                "labels",
                query.labels().equals("{}") ? null : query.labels());
        narrow(sql, parameters, "and t.task_id < :before and s.task_id < :before ", "before", query.before());
        sql.append("order by t.task_id desc limit :limit");
        return client.sql(sql.toString())
                .params(parameters)
                .query((row, number) -> TaskRow.read(row))
                .list();
    }

    private static void narrow(
            StringBuilder sql, Map<String, Object> parameters, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            parameters.put(name, value);
        }
    }

    private static TaskDetail detail(ResultSet row) throws SQLException {
        var at = TaskRow.instant(row, "recorded_at");
        return new TaskDetail(
                TaskRow.read(row),
                row.getString("payload"),
                List.of(),
                List.of(),
                null,
                at == null ? null : new CheckpointFacts(at, row.getLong("sequence")),
                row.getLong("cost"),
                List.of(),
                row.getObject("reprocessed_from", UUID.class),
                row.getObject("reprocessed_as", UUID.class),
                row.getString("entry"));
    }

    private TaskDetail withParentsAndAttempts(TaskDetail task) {
        TaskFacts facts = task.facts();
        List<AttemptRow> ended = attempts(facts.taskId());
        List<AttemptFacts> attempts = new ArrayList<>();
        String result = null;
        for (AttemptRow attempt : ended) {
            attempts.add(attempt.facts());
            if (facts.status() == TaskStatus.COMPLETED && attempt.facts().number() == facts.attempt()) {
                result = attempt.result();
            }
        }
        if (facts.status() == TaskStatus.RUNNING) {
            attempts.add(new AttemptFacts(
                    facts.attempt(), facts.agentId(), facts.attemptStartedAt(), null, null, null, null));
        }
        return new TaskDetail(
                facts,
                task.payload(),
                parents(facts),
                attempts,
                result,
                task.checkpoint(),
                task.costMicroUsd(),
                dependencies(facts.taskId()),
                task.reprocessedFrom(),
                task.reprocessedAs(),
                task.deadLetterEntryId());
    }

    private record AttemptRow(AttemptFacts facts, @Nullable String result) {}

    /** The last ones: a task that was run again may have had more than a policy allows. */
    private List<AttemptRow> attempts(UUID taskId) {
        return client.sql("""
                        select * from (
                          select attempt, agent_id, started_at, ended_at, outcome, error_code, error_message,
                            case when outcome = 'COMPLETED' then result end as result
                          from task_attempt where task_id = ? order by attempt desc limit ?) last
                        order by attempt
                        """)
                .param(taskId)
                .param(Limits.MAX_ATTEMPTS)
                .query((row, number) -> new AttemptRow(
                        new AttemptFacts(
                                row.getInt("attempt"),
                                row.getString("agent_id"),
                                TaskRow.instant(row, "started_at"),
                                TaskRow.instant(row, "ended_at"),
                                row.getString("outcome"),
                                row.getString("error_code"),
                                row.getString("error_message")),
                        row.getString("result")))
                .list();
    }

    private List<UUID> dependencies(UUID taskId) {
        return client.sql("select parent_id from task_dependency where child_id = ? order by parent_id limit ?")
                .param(taskId)
                .param(Limits.MAX_DEPENDENCIES)
                .query(UUID.class)
                .list();
    }

    /** A task whose place another has taken depended on what is now in the places of its parents. */
    private List<String> parents(TaskFacts task) {
        UUID dagId = task.dagId();
        Integer index = task.index();
        if (dagId == null || index == null) {
            return List.of();
        }
        byte[] plan = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .single();
        int[] parents = PlanCodec.decode(plan).parents()[index];
        if (parents.length == 0) {
            return List.of();
        }
        return client.sql("""
                        select coalesce(t.key, '#' || s.task_index)
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? and s.task_index = any(?)
                        order by s.task_index
                        """).param(dagId).param(parents).query(String.class).list();
    }
}
