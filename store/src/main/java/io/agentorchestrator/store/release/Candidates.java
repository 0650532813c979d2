package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Rank;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds what a claim may take. Looks at a bounded part of the backlog, however long it is. Thread-safe. */
final class Candidates {
    /** Tasks of a type that a claim looks at, if there are so many and its agents have room. */
    private static final int MIN_LOOK = 100;

    private final JdbcTemplate jdbc;

    Candidates(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The best of each type, of these tenants where there is an entry for the type, as many as its agents have room for, all in one order: no type hides another. Where several types wait, not many more
     * than the claim takes are looked at of each.
     *
     * <p>Tasks of runs that somebody has paused, or that are just being started, are not in line, however many they are. Of the others twice
     * as many as may be taken are looked at: those that may not be started now will be soon, and it is not worth while to look behind thousands of them.
     */
    List<Candidate> best(
            Map<String, Integer> room, Map<String, Set<String>> tenants, int maxTasks, BacklogStore.Starts allowed) {
        return jdbc.query(
                """
                with waits as materialized (
                  select w.task_type, w.room, string_to_array(w.tenants, ',') as tenants
                  from unnest(?::text[], ?::int[], ?::text[]) as w(task_type, room, tenants)
                  where exists (select from task_state q where q.status = 'QUEUED' and q.task_type = w.task_type)
                )
                select s.task_id, s.priority, w.task_type, s.run_id, s.run_number, s.task_index, s.starts, w.most
                from (select task_type, tenants, least(room, greatest(?, 2 * ? / (select count(*) from waits))) as most from waits) w
                cross join lateral (
                  select b.task_id, b.priority, b.run_id, b.run_number, b.task_index, coalesce(r.status = 'PENDING', false) as starts
                  from (select q.task_id, q.priority, q.run_id, q.run_number, q.task_index from task_state q
                        where q.status = 'QUEUED' and q.task_type = w.task_type
                          and (w.tenants is null or q.tenant = any(w.tenants))
                          and (q.run_id is null
                               or (q.run_id not in (select p.run_id from run p
                                                    where p.paused and p.status in ('PENDING', 'STARTING', 'RUNNING'))
                                   and q.run_id not in (select p.run_id from run p where p.status = 'STARTING')))
                        order by q.priority, q.task_id limit 2 * w.most) b
                  left join run r on r.run_id = b.run_id and r.run_number = b.run_number
                  where case when b.run_id is null then ?
                             else not r.paused and (r.status = 'RUNNING' or (r.status = 'PENDING' and ?)) end
                  order by b.priority, b.task_id limit w.most
                ) s
                order by s.priority, s.task_id
                """,
                (row, number) -> new Candidate(
                        new Rank(Priority.valueOf(row.getString("priority")), row.getObject("task_id", UUID.class)),
                        row.getString("task_type"),
                        row.getObject("run_id", UUID.class),
                        row.getInt("run_number"),
                        row.getInt("task_index"),
                        row.getBoolean("starts"),
                        row.getInt("most")),
                room.keySet().toArray(String[]::new),
                room.values().toArray(Integer[]::new),
                ofTypes(tenants, room.keySet()),
                MIN_LOOK,
                maxTasks,
                allowed.groups(),
                allowed.dags() > 0);
    }

    /** For each type the tenants whose tasks count, joined with commas, which no tenant's name has; null: everybody's count. */
    static @Nullable String[] ofTypes(Map<String, Set<String>> tenants, Collection<String> types) {
        return types.stream()
                .map(type -> tenants.containsKey(type) ? String.join(",", tenants.get(type)) : null)
                .toArray(String[]::new);
    }

    /**
     * A queued task that may be claimed.
     *
     * @param runId null for a standalone task
     * @param starts whether its run has not begun
     * @param most how many of its type were looked at, at most
     */
    record Candidate(
            Rank rank, String taskType, @Nullable UUID runId, int runNumber, int index, boolean starts, int most) {}
}
