package io.agentorchestrator.store.release;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** What of the backlog a claim may take, and what goes along with it. Looks at a bounded part of it, however long it is. Thread-safe. */
final class Candidates {
    /** Tasks of a type that a claim looks at, if there are so many and its agents have room. */
    private static final int MIN_LOOK = 100;

    /** Runs of which a claim looks for what goes along. */
    private static final int MAX_RUNS_IN_COMPANY = 200;

    /** Tasks that it finds, of all of them. */
    private static final int MAX_COMPANY = 2_000;

    private final JdbcTemplate jdbc;

    Candidates(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The best of each type, as many as its agents have room for, all in one order: no type hides another. Where several types wait, not many more
     * than the claim takes are looked at of each.
     *
     * <p>Of each type the first that wait are looked at. Those that may not be started now will be soon, and it is not worth while to look behind
     * thousands of them; but where all of the first are of runs that somebody has paused, or that are just being started, what waits behind them is looked at.
     */
    List<Candidate> best(Map<String, Integer> room, int maxTasks, BacklogStore.Starts allowed) {
        return jdbc.query(
                """
                with waits as materialized (
                  select w.task_type, w.room from unnest(?::text[], ?::int[]) as w(task_type, room)
                  where exists (select from task_state q where q.status = 'QUEUED' and q.task_type = w.task_type)
                )
                select s.task_id, w.task_type, s.run_id, s.run_number, s.task_index, s.starts, w.most
                from (select task_type, least(room, greatest(?, 2 * ? / (select count(*) from waits))) as most from waits) w
                cross join lateral (
                  with first as materialized (
                    select b.*, r.status as run_status
                    from (select q.task_id, q.priority, q.run_id, q.run_number, q.task_index from task_state q
                          where q.status = 'QUEUED' and q.task_type = w.task_type
                          order by q.priority, q.task_id limit 2 * w.most) b
                    left join run r on r.run_id = b.run_id and r.run_number = b.run_number
                    where b.run_id is null or (not r.paused and r.status in ('RUNNING', 'PENDING'))
                  ), behind as (
                    select b.task_id, b.priority, b.run_id, b.run_number, b.task_index, r.status as run_status
                    from task_state b left join run r on r.run_id = b.run_id and r.run_number = b.run_number
                    where not exists (select from first) and b.status = 'QUEUED' and b.task_type = w.task_type
                      and (b.run_id is null or (not r.paused and r.status in ('RUNNING', 'PENDING')))
                    order by b.priority, b.task_id limit w.most
                  )
                  select c.task_id, c.priority, c.run_id, c.run_number, c.task_index, coalesce(c.run_status = 'PENDING', false) as starts
                  from (select * from first union all select * from behind) c
                  where case when c.run_id is null then ? else c.run_status = 'RUNNING' or ? end
                  order by c.priority, c.task_id limit w.most
                ) s
                order by s.priority, s.task_id
                """,
                (row, number) -> new Candidate(
                        row.getObject("task_id", UUID.class),
                        row.getString("task_type"),
                        row.getObject("run_id", UUID.class),
                        row.getInt("run_number"),
                        row.getInt("task_index"),
                        row.getBoolean("starts"),
                        row.getInt("most")),
                room.keySet().toArray(String[]::new),
                room.values().toArray(Integer[]::new),
                MIN_LOOK,
                maxTasks,
                allowed.groups(),
                allowed.dags() > 0);
    }

    /**
     * What is queued of the first runs among these, best first: a run's ready tasks leave with the best of them, whatever their own priorities.
     * To tell a run of a release costs more than its task, so hundreds of runs that are told of one after the other get nowhere. Agents
     * still take by priority.
     */
    Map<RunKey, List<Companion>> company(List<Candidate> candidates, Collection<String> types) {
        Set<UUID> runs = new LinkedHashSet<>();
        for (Candidate task : candidates) {
            if (task.runId() != null && runs.size() < MAX_RUNS_IN_COMPANY) {
                runs.add(task.runId());
            }
        }
        Map<RunKey, List<Companion>> company = new HashMap<>();
        if (runs.isEmpty()) {
            return company;
        }
        jdbc.query(
                """
                select s.run_id, s.run_number, s.task_id, s.task_type, s.task_index
                from task_state s
                where s.run_id = any(?) and s.status = 'QUEUED' and s.task_type = any(?)
                order by s.priority, s.task_id limit ?
                """,
                row -> {
                    company.computeIfAbsent(RunKeys.read(row), run -> new ArrayList<>())
                            .add(new Companion(
                                    row.getObject("task_id", UUID.class),
                                    row.getString("task_type"),
                                    row.getInt("task_index")));
                },
                runs.toArray(UUID[]::new),
                types.toArray(String[]::new),
                MAX_COMPANY);
        return company;
    }

    /** A queued task of a run that leaves with another. */
    record Companion(UUID taskId, String taskType, int index) {}

    /**
     * A queued task that may be claimed.
     *
     * @param runId null for a standalone task
     * @param starts whether its run has not begun
     * @param most how many of its type were looked at, at most
     */
    record Candidate(
            UUID taskId, String taskType, @Nullable UUID runId, int runNumber, int index, boolean starts, int most) {}
}
