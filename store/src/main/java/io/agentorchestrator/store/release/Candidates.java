package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimOrder;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.TaskClass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
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
                cross join lateral\s""" + look("", "q.rank, q.task_id", "c.most") + """
                 s
                order by s.rank, s.task_id
                """)
                .params(classes.columns())
                .params(Columns.of(classes.all()).ints(tasks -> room.getOrDefault(tasks, 0)))
                .params(MIN_LOOK, maxTasks, allowed.groups(), allowed.dags() > 0)
                .query((row, number) -> candidate(classes, row))
                .list();
    }

    /** The first of these tenants in these lines, in order of rank. */
    List<Candidate> ofTenants(WaitingClasses classes, List<TenantLook> looks, BacklogStore.Starts allowed) {
        return client.sql("""
                select c.class, c.most, s.*
                from (select c.*, w.tenant, w.most from\s""" + WaitingClasses.TABLE + """

                      join unnest(?::bigint[], ?::text[], ?::int[]) as w(class, tenant, most) using (class)) c
                cross join lateral\s"""
                        + look("and q.tenant = c.tenant", "q.rank, q.task_id", "c.most") + """
                 s
                """)
                .params(classes.columns())
                .params(Columns.of(looks)
                        .longs(TenantLook::line)
                        .texts(TenantLook::tenant)
                        .ints(TenantLook::most))
                .params(allowed.groups(), allowed.dags() > 0)
                .query((row, number) -> candidate(classes, row))
                .list();
    }

    /** The first of each line by deadline, so many at most, of those that come no later than this rank. */
    List<Candidate> due(WaitingClasses classes, long lastRankMillis, int most, BacklogStore.Starts allowed) {
        return client.sql("""
                select c.class, c.most, s.*
                from (select c.*, ?::int as most from\s""" + WaitingClasses.TABLE + """
                 ) c
                cross join lateral\s"""
                        + look("and q.deadline is not null and q.rank <= ?", "q.deadline", "c.most")
                        + """
                 s
                """)
                .param(most)
                .params(classes.columns())
                .params(lastRankMillis, allowed.groups(), allowed.dags() > 0)
                .query((row, number) -> candidate(classes, row))
                .list();
    }

    /** Tasks of class {@code c}: two parameters after those of the condition. Twice as many are looked at as may be taken. */
    private static String look(String condition, String order, String most) {
        return """
                (
                  select b.*, coalesce(r.status = 'PENDING', false) as starts
                  from (select q.task_id, q.tenant, q.rank, q.priority, q.deadline, q.run_id, q.run_number, q.task_index, q.needs_claim, q.path_millis
                        from task_state q
                        where q.status = 'QUEUED' and %s %s
                          and (q.run_id is null
                               or (q.run_id not in (%s)
                                   and q.run_id not in (select p.run_id from run p where p.status = 'STARTING')))
                        order by %s limit 2 * %s) b
                  left join run r on r.run_id = b.run_id and r.run_number = b.run_number
                  where case when b.run_id is null then ?
                             else not r.paused and (r.status = 'RUNNING' or (r.status = 'PENDING' and ?)) end
                  order by %s limit %s
                )""".formatted(
                        WaitingClasses.HAS, condition, PausedRuns.IDS, order, most, order.replace("q.", "b."), most);
    }

    private static Candidate candidate(WaitingClasses classes, ResultSet row) throws SQLException {
        UUID taskId = row.getObject("task_id", UUID.class);
        OffsetDateTime deadline = row.getObject("deadline", OffsetDateTime.class);
        return new Candidate(
                taskId,
                row.getString("tenant"),
                classes.at(row.getLong("class")),
                Priority.valueOf(row.getString("priority")),
                new Rank(row.getLong("rank"), taskId),
                deadline == null ? null : deadline.toInstant(),
                row.getInt("path_millis"),
                row.getObject("run_id", UUID.class),
                row.getInt("run_number"),
                row.getInt("task_index"),
                row.getBoolean("starts"),
                row.getBoolean("needs_claim"),
                row.getInt("most"));
    }

    /**
     * A tenant of which tasks in a line are to be looked at, so many at most.
     *
     * @param line its number in {@link WaitingClasses#lines}, from 1
     */
    record TenantLook(long line, String tenant, int most) {}

    /**
     * A queued task that may be claimed.
     *
     * @param pathMillis estimated time of the longest path that begins with it; 0: not known
     * @param runId null for a standalone task
     * @param starts whether its run has not begun
     * @param needsClaim whether gates decide on it
     * @param most how many of its class were looked at, at most
     */
    record Candidate(
            UUID taskId,
            String tenant,
            TaskClass tasks,
            Priority priority,
            Rank rank,
            @Nullable Instant deadline,
            long pathMillis,
            @Nullable UUID runId,
            int runNumber,
            int index,
            boolean starts,
            boolean needsClaim,
            int most) {
        ClaimOrder.Turn<Candidate> turn() {
            return new ClaimOrder.Turn<>(this, tenant, priority, rank, deadline, pathMillis);
        }
    }
}
