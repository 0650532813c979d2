package io.agentorchestrator.store.command;

import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The store's part in delivering commands. Several may deliver at once. Thread-safe. */
public final class CommandDelivery {
    /** Time within which a start has reached Temporal: much longer than a call to it may take. */
    private static final Duration START_ARRIVES_WITHIN = Duration.ofSeconds(60);

    private final JdbcClient client;
    private final RunStartStore starts;

    public CommandDelivery(DataSource database) {
        this.client = JdbcClient.create(database);
        this.starts = new RunStartStore(database);
    }

    /**
     * Open commands that nobody has tried to deliver, or not since {@code retryAfter}, the first accepted first. They count as
     * tried now.
     */
    public List<OpenCommand> take(int limit, Duration retryAfter) {
        List<UUID> orphans = new ArrayList<>();
        List<OpenCommand> taken = new ArrayList<>();
        client.sql("""
                with taken as (
                  update command c set attempted_at = clock_timestamp()
                  from (select command_id from command
                        where acknowledged_at is null
                          and (attempted_at is null or attempted_at < clock_timestamp() - ? * interval '1 millisecond')
                        order by sequence limit ? for update skip locked) o
                  where c.command_id = o.command_id
                  returning c.command_id, c.sequence, c.kind, c.run_id, c.run_number as of_number, c.task_indexes, c.code,
                    c.reason
                )
                select t.command_id, t.sequence, t.kind, t.run_id, r.run_number, r.kind as run_kind, r.status as run_status,
                  r.started_at is null and coalesce(r.start_requested_at > now() - ? * interval '1 millisecond', false)
                    as start_under_way, t.task_indexes as tasks, t.code, t.reason
                from taken t
                left join lateral (select run_number, kind, status, started_at, start_requested_at from run
                                   where run_id = t.run_id and run_number = coalesce(t.of_number, run_number)
                                   order by run_number desc limit 1) r on true
                order by t.sequence
                """)
                .params(retryAfter.toMillis(), limit, START_ARRIVES_WITHIN.toMillis())
                .query(row -> {
                    if (row.getString("run_status") == null) {
                        orphans.add(row.getObject("command_id", UUID.class));
                    } else {
                        taken.add(Records.of(OpenCommand.class).mapRow(row, 0));
                    }
                });
        // Runs of which retention has dropped the rows have ended long ago.
        if (!orphans.isEmpty()) {
            acknowledged(orphans);
        }
        return taken;
    }

    /** The runs have these, or have ended. */
    public void acknowledged(Collection<UUID> commandIds) {
        mark(commandIds, "acknowledged_at = now()");
    }

    /** These could not be delivered, and may be tried again at once. */
    public void again(Collection<UUID> commandIds) {
        mark(commandIds, "attempted_at = null");
    }

    private void mark(Collection<UUID> commandIds, String as) {
        client.sql("update command set " + as + " where command_id = any(?) and acknowledged_at is null")
                .param(commandIds.toArray(UUID[]::new))
                .update();
    }

    /**
     * Sets out to start the workflow of a run of which no task was released, so that it can be told of a command.
     *
     * @return what to start, without releases; empty if the run is not PENDING
     */
    public Optional<RunStart> beginStart(RunKey run) {
        return starts.begin(run);
    }

    /**
     * Forgets commands that were carried out long ago, in runs that have ended.
     *
     * @param age since they were acknowledged
     * @param limit how many at most
     */
    public int forget(Duration age, int limit) {
        return client.sql("""
                delete from command where command_id in (
                  select c.command_id from command c
                  where c.acknowledged_at < now() - ? * interval '1 millisecond'
                    and not exists (select from run r where r.run_id = c.run_id
                                      and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
                  order by c.acknowledged_at limit ?)
                """).params(age.toMillis(), limit).update();
    }
}
