package io.agentorchestrator.store.forecast;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tasks and DAGs whose deadline cannot be met any more by measured times. Thread-safe. */
public final class DeadlineRiskStore {
    /** The warning of the event that tells of one. */
    public static final String WARNING = "DEADLINE_AT_RISK";

    private final JdbcClient client;

    public DeadlineRiskStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /**
     * Reads tasks with a deadline ahead that no agent has, the earliest deadline first.
     *
     * @param after where the page before ended, or {@link Position#START}
     */
    public List<Pending> pending(Position after, int limit) {
        return client.sql("""
                        select s.task_id, s.task_type, s.deadline, t.estimated_complexity, s.path_millis, d.dag_id,
                          d.deadline as dag_deadline, d.critical_path_seconds as critical_seconds,
                          d.critical_path_sigma as critical_sigma, now() as now
                        from (select task_id, task_type, deadline, path_millis, run_id from task_state
                              where deadline is not null and expiry_commanded_at is null
                                and status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                                and deadline >= greatest(now(), ?::timestamptz) and (deadline, task_id) > (?::timestamptz, ?)
                              order by deadline, task_id limit ?) s
                        join task t on t.task_id = s.task_id
                        left join dag d on d.dag_id = s.run_id
                        order by s.deadline, s.task_id
                        """)
                .params(after.deadline().toString(), after.deadline().toString(), after.taskId(), limit)
                .query(Records.of(Pending.class))
                .list();
    }

    /** Notes these, and tells of each that was not noted for the same deadline before, by an event. Returns how many those are. */
    public int note(List<Risk> risks) {
        if (risks.isEmpty()) {
            return 0;
        }
        return client.sql("""
                        with noted as (
                          insert into deadline_risk as k (id, kind, deadline, predicted_finish)
                          select r.id, r.kind, r.deadline::timestamptz, r.predicted::timestamptz
                          from unnest(?::uuid[], ?::text[], ?::text[], ?::text[]) as r(id, kind, deadline, predicted)
                          order by r.id
                          on conflict (id) do update
                          set deadline = excluded.deadline, predicted_finish = excluded.predicted_finish, noted_at = now()
                          where k.deadline <> excluded.deadline
                          returning id, kind)
                        insert into event (tenant, run_id, run_number, task_id, task_type, status, attempt, warning)
                        select s.tenant, s.run_id, s.run_number, s.task_id, s.task_type, published_status(s.status), nullif(s.attempt, 0),
                          ?
                        from noted n join task_state s on s.task_id = n.id where n.kind = 'TASK'
                        union all
                        select r.tenant, r.run_id, r.run_number, null, null, published_status(r.status, r.paused), null, ?
                        from noted n
                        cross join lateral (select * from run where run_id = n.id order by run_number desc limit 1) r
                        where n.kind = 'DAG'
                        """)
                .params(Columns.of(risks)
                        .uuids(Risk::id)
                        .texts(risk -> risk.kind().name())
                        .texts(risk -> risk.deadline().toString())
                        .texts(risk -> risk.predictedFinish().toString()))
                .params(WARNING, WARNING)
                .update();
    }

    /** Forgets those that have ended, or have another deadline now; returns how many. */
    public int forgetSettled(int limit) {
        return client.sql("""
                        delete from deadline_risk where id in (
                          select k.id from deadline_risk k
                          left join task_state s on k.kind = 'TASK' and s.task_id = k.id
                          left join dag d on k.kind = 'DAG' and d.dag_id = k.id
                          left join lateral (
                            select status from run where run_id = d.dag_id order by run_number desc limit 1) r on true
                          where coalesce(s.status::text, r.status::text, 'COMPLETED') in ('COMPLETED', 'FAILED', 'CANCELLED')
                             or coalesce(s.deadline, d.deadline) is distinct from k.deadline
                          limit ?)
                        """).param(limit).update();
    }

    /** Counts those that are noted, by kind. */
    public Map<Kind, Integer> count() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            counts.put(kind, 0);
        }
        client.sql("select kind, count(*) from deadline_risk group by kind").query(row -> {
            counts.put(Kind.valueOf(row.getString(1)), row.getInt(2));
        });
        return counts;
    }

    /** A place in the order of deadlines. */
    public record Position(Instant deadline, UUID taskId) {
        /** Before every deadline. */
        public static final Position START = new Position(Instant.EPOCH, new UUID(0, 0));
    }

    /**
     * A task that no agent has.
     *
     * @param pathMillis the longest path from it to an end of its DAG, itself included; 0 where none counts
     * @param dagId absent for a task that is in no DAG
     * @param criticalSigma standard deviation of the DAG's critical path; absent where a type of the DAG was not measured
     * @param now by the database's clock
     */
    public record Pending(
            UUID taskId,
            String taskType,
            Instant deadline,
            double estimatedComplexity,
            int pathMillis,
            @Nullable UUID dagId,
            @Nullable Instant dagDeadline,
            @Nullable Double criticalSeconds,
            @Nullable Double criticalSigma,
            Instant now) {
        public Position position() {
            return new Position(deadline, taskId);
        }
    }

    /** The kinds of what has a deadline. */
    public enum Kind {
        TASK,
        DAG
    }

    /** A deadline that cannot be met. */
    public record Risk(UUID id, Kind kind, Instant deadline, Instant predictedFinish) {}
}
