package io.agentorchestrator.store.run;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the tasks of a batch and begins their dispatches. What changes tasks here shares the run's lock, which recording has for
 * itself: the ids of the transactions, and so the events, stand in the order in which things happened. Thread-safe.
 */
public final class BatchStore {
    private final JdbcTemplate jdbc;

    public BatchStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** The tasks of these indexes, in index order; an index that the run does not have is left out. */
    public List<BatchTask> load(RunKey run, Collection<Integer> indexes) {
        return jdbc.query(
                """
                select t.task_id, s.task_index, t.tenant, t.dag_id, t.task_type, t.priority,
                       t.estimated_complexity, s.status, s.attempt, s.epoch,
                       s.agent_id, s.queued_at, s.started_at, t.created_at, t.payload, t.has_templates, t.timeout_millis,
                       t.traceparent, t.tracestate, s.error_code, coalesce(a.retryable, false) as retryable,
                       c.sequence, c.data, s.deadline
                from task_state s
                join task t on t.task_id = s.task_id
                left join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                left join task_checkpoint c on c.task_id = s.task_id
                where s.run_id = ? and s.run_number = ? and s.task_index = any(?)
                order by s.task_index
                """, (row, number) -> batchTask(row), run.runId(), run.runNumber(), indexes.toArray(Integer[]::new));
    }

    /** The types of these tasks, each once. */
    public List<String> typesOf(RunKey run, Collection<Integer> indexes) {
        return jdbc.queryForList("""
                select distinct task_type from task_state where run_id = ? and run_number = ? and task_index = any(?)
                """, String.class, run.runId(), run.runNumber(), indexes.toArray(Integer[]::new));
    }

    /** Where tasks are, by index; cheaper than {@link #load} and enough to see whether somebody else recorded an outcome. */
    public Map<Integer, BatchState> states(RunKey run, Collection<Integer> indexes) {
        Map<Integer, BatchState> states = new HashMap<>();
        jdbc.query(
                """
                select s.task_index, s.status, s.attempt, s.epoch, s.error_code, coalesce(a.retryable, false) as retryable, s.deadline
                from task_state s
                left join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                where s.run_id = ? and s.run_number = ? and s.task_index = any(?)
                """,
                row -> {
                    states.put(
                            row.getInt("task_index"),
                            new BatchState(
                                    TaskStatus.valueOf(row.getString("status")),
                                    row.getInt("attempt"),
                                    row.getInt("epoch"),
                                    row.getString("error_code"),
                                    row.getBoolean("retryable"),
                                    instant(row, "deadline")));
                },
                run.runId(),
                run.runNumber(),
                indexes.toArray(Integer[]::new));
        return states;
    }

    /** Begins dispatches of one run's tasks, as {@link #begin(List)} does. */
    public List<Dispatch.Begun> begin(RunKey run, List<Dispatch> dispatches) {
        return begin(List.of(new RunDispatches(run, dispatches))).getFirst();
    }

    /**
     * Begins dispatches in one transaction: raises the epoch, and the attempt where the task was not yet at an agent. Those that another worker
     * changed meanwhile are missing from the answer. All runs are held before the first task is changed, in the order in which recording
     * locks them, so that the two never wait in a circle.
     *
     * @return what was begun of each set, in the order given
     */
    public List<List<Dispatch.Begun>> begin(List<RunDispatches> sets) {
        List<Dispatch> dispatches =
                sets.stream().flatMap(set -> set.dispatches().stream()).toList();
        Integer[] numbers = sets.stream()
                .flatMap(set ->
                        set.dispatches().stream().map(ignored -> set.run().runNumber()))
                .toArray(Integer[]::new);
        List<RunKey> runs = sets.stream().map(RunDispatches::run).distinct().toList();
        UUID[] runIds = RunKeys.ids(runs);
        UUID[] taskIds = dispatches.stream().map(Dispatch::taskId).toArray(UUID[]::new);
        Map<UUID, Dispatch.Begun> begun = new HashMap<>();
        jdbc.query(
                """
                with held as materialized (
                  select r.run_id from run r
                  where r.run_id = any(?)
                    and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                  order by r.run_id, r.run_number for key share of r
                )
                update task_state s
                set status = 'RUNNING', epoch = s.epoch + 1, agent_id = h.agent_id, started_at = now(),
                    attempt = case when s.status = 'RELEASED' then s.attempt + 1 else s.attempt end,
                    first_started_at = coalesce(s.first_started_at, now()), error_code = null, error_message = null
                from (select count(*) from held) as all_held,
                  unnest(?::uuid[], ?::int[], ?::int[], ?::text[]) as h(task_id, run_number, epoch, agent_id)
                where s.task_id = h.task_id and s.task_id = any(?) and s.epoch = h.epoch and s.run_number = h.run_number
                  and s.status in ('RELEASED', 'RUNNING')
                returning s.task_id, s.attempt, s.epoch
                """,
                row -> {
                    UUID taskId = row.getObject(1, UUID.class);
                    begun.put(taskId, new Dispatch.Begun(taskId, row.getInt(2), row.getInt(3)));
                },
                runIds,
                runIds,
                RunKeys.numbers(runs),
                taskIds,
                numbers,
                dispatches.stream().map(Dispatch::expectedEpoch).toArray(Integer[]::new),
                dispatches.stream().map(Dispatch::agentId).toArray(String[]::new),
                taskIds);
        return sets.stream()
                .map(set -> set.dispatches().stream()
                        .map(dispatch -> begun.remove(dispatch.taskId()))
                        .filter(Objects::nonNull)
                        .toList())
                .toList();
    }

    /**
     * Takes tasks back that no agent has: to the backlog (QUEUED), or to wait for another agent within their run (RELEASED).
     * One that a refusing agent was offered gets its attempt back: refusals are no attempts.
     *
     * @param expectedEpochs by task id, as the caller saw them
     * @param target QUEUED or RELEASED
     * @return the indexes that were taken back; the others have moved on
     */
    public List<Integer> takeBack(RunKey run, Map<UUID, Integer> expectedEpochs, TaskStatus target) {
        if (target != TaskStatus.QUEUED && target != TaskStatus.RELEASED) {
            throw new IllegalArgumentException("tasks are taken back to QUEUED or RELEASED, not " + target);
        }
        UUID[] ids = expectedEpochs.keySet().toArray(UUID[]::new);
        Integer[] epochs = expectedEpochs.values().toArray(Integer[]::new);
        return jdbc.query(
                """
                with held as materialized (select from run where run_id = ? and run_number = ? for key share)
                update task_state s
                set status = b.target, agent_id = null,
                    released_at = case b.target when 'RELEASED' then s.released_at end,
                    notified_at = case b.target when 'RELEASED' then now() end,
                    attempt = case when s.status = 'RUNNING' then s.attempt - 1 else s.attempt end
                from held, (select unnest(?::uuid[]) as task_id, unnest(?::int[]) as epoch, ?::task_status as target) b
                where s.task_id = b.task_id and s.task_id = any(?) and s.epoch = b.epoch and s.run_number = ?
                  and s.status in ('RELEASED', 'RUNNING')
                returning s.task_index
                """,
                (row, number) -> row.getInt(1),
                run.runId(),
                run.runNumber(),
                ids,
                epochs,
                target.name(),
                ids,
                run.runNumber());
    }

    /** Keeps a checkpoint unless a later one is there already. */
    public void saveCheckpoint(String tenant, UUID taskId, int attempt, int epoch, StoredCheckpoint checkpoint) {
        jdbc.update("""
                insert into task_checkpoint as c (task_id, tenant, attempt, epoch, sequence, data, recorded_at)
                values (?, ?, ?, ?, ?, ?, now())
                on conflict (task_id) do update
                set attempt = excluded.attempt, epoch = excluded.epoch, sequence = excluded.sequence, data = excluded.data,
                    recorded_at = excluded.recorded_at
                where c.sequence < excluded.sequence
                """, taskId, tenant, attempt, epoch, checkpoint.sequence(), checkpoint.data());
    }

    private static BatchTask batchTask(ResultSet row) throws SQLException {
        byte @Nullable [] data = row.getBytes("data");
        return new BatchTask(
                row.getObject("task_id", UUID.class),
                row.getInt("task_index"),
                row.getString("tenant"),
                row.getObject("dag_id", UUID.class),
                row.getString("task_type"),
                Priority.valueOf(row.getString("priority")),
                row.getDouble("estimated_complexity"),
                TaskStatus.valueOf(row.getString("status")),
                row.getInt("attempt"),
                row.getInt("epoch"),
                row.getString("agent_id"),
                instant(row, "queued_at"),
                instant(row, "started_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("payload"),
                row.getBoolean("has_templates"),
                Duration.ofMillis(row.getLong("timeout_millis")),
                row.getString("traceparent"),
                row.getString("tracestate"),
                row.getString("error_code"),
                row.getBoolean("retryable"),
                data == null ? null : new StoredCheckpoint(row.getLong("sequence"), data),
                instant(row, "deadline"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
