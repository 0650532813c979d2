package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.TaskClass;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds what a claim may take. Looks at a bounded part of the backlog, however long it is. Thread-safe. */
final class Candidates {
    /** Tasks of a class that a claim looks at, if there are so many and its agents have room. */
    private static final int MIN_LOOK = 100;

    private final JdbcClient client;

    Candidates(JdbcClient client) {
        this.client = client;
    }

    /**
     * The best of each class, as many as its agents have room for, all in one order: no class hides another. Where several wait, not many more
     * than the claim takes are looked at of each.
     *
     * <p>Tasks of runs that somebody has paused, or that are just being started, are not in line, however many they are. Of the others twice
     * as many as may be taken are looked at: those that may not be started now will be soon, and it is not worth while to look behind thousands of them.
     */
    List<Candidate> best(
            WaitingClasses classes, Map<TaskClass, Integer> room, int maxTasks, BacklogStore.Starts allowed) {
        return client.sql("""
                with waits as materialized (
                  select c.*, m.room
                  from\s""" + WaitingClasses.TABLE + """

                  join unnest(?::int[]) with ordinality as m(room, class) using (class)
                  where (select true from task_state q where q.status = 'QUEUED' and q.task_type = c.task_type and q.held_by = c.line limit 1)
                )
                select c.class, c.most, s.*
                from (select w.*, least(room, greatest(?, 2 * ? / (select count(*) from waits))) as most from waits w) c
                cross join lateral (
                  select b.*, coalesce(r.status = 'PENDING', false) as starts
                  from (select q.task_id, q.rank, q.priority, q.run_id, q.run_number, q.task_index, q.needs_claim
                        from task_state q
                        where q.status = 'QUEUED' and\s""" + WaitingClasses.HAS + """

                          and (q.run_id is null
                               or (q.run_id not in (""" + PausedRuns.IDS + """
                                   )
                                   and q.run_id not in (select p.run_id from run p where p.status = 'STARTING')))
                        order by q.rank, q.task_id limit 2 * c.most) b
                  left join run r on r.run_id = b.run_id and r.run_number = b.run_number
                  where case when b.run_id is null then ?
                             else not r.paused and (r.status = 'RUNNING' or (r.status = 'PENDING' and ?)) end
                  order by b.rank, b.task_id limit c.most
                ) s
                order by s.rank, s.task_id
                """)
                .params(classes.columns())
                .params(Columns.of(classes.all()).ints(tasks -> room.getOrDefault(tasks, 0)))
                .params(MIN_LOOK, maxTasks, allowed.groups(), allowed.dags() > 0)
                .query((row, number) -> new Candidate(
                        row.getObject("task_id", UUID.class),
                        classes.at(row.getLong("class")),
                        Priority.valueOf(row.getString("priority")),
                        row.getObject("run_id", UUID.class),
                        row.getInt("run_number"),
                        row.getInt("task_index"),
                        row.getBoolean("starts"),
                        row.getBoolean("needs_claim"),
                        row.getInt("most")))
                .list();
    }

    /**
     * A queued task that may be claimed.
     *
     * @param runId null for a standalone task
     * @param starts whether its run has not begun
     * @param needsClaim whether gates decide on it
     * @param most how many of its class were looked at, at most
     */
    record Candidate(
            UUID taskId,
            TaskClass tasks,
            Priority priority,
            @Nullable UUID runId,
            int runNumber,
            int index,
            boolean starts,
            boolean needsClaim,
            int most) {}
}
