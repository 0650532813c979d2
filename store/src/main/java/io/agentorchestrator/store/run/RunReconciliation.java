package io.agentorchestrator.store.run;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.run.RunStore.AtAgent;
import io.agentorchestrator.store.state.CommandWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RerunWrites;
import io.agentorchestrator.store.state.RunCounters;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which runs are to be looked for in Temporal, and what becomes of those that are not there any more. Thread-safe. */
public final class RunReconciliation {
    /** A workflow that fails whatever happens is not to be replaced without end: so often in so long. */
    private static final int MAX_RUNS = 5;

    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(RunReconciliation.class);

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final RunCounters counters;
    private final CommandWrites commands;
    private final RerunWrites reruns;
    private final RunStartStore starts;
    private final CrossRunDependents dependents;

    public RunReconciliation(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.locks = new RunLocks(client);
        this.counters = new RunCounters(client);
        this.commands = new CommandWrites(client);
        this.reruns = new RerunWrites(client);
        this.starts = new RunStartStore(database);
        this.dependents = new CrossRunDependents(database);
    }

    /**
     * Running runs whose workflow nobody has seen since {@code olderThan}, suspects first. They count as looked for now, so that
     * nobody else does it as well; if nothing comes of it, it is their turn again after that time.
     */
    public List<OpenRun> takeUnverified(Duration olderThan, int limit) {
        return client.sql("""
                update run r set verified_at = now()
                from (select run_id, run_number from run
                      where status = 'RUNNING' and verified_at < now() - ? * interval '1 millisecond'
                      order by verified_at limit ? for update skip locked) u
                where r.run_id = u.run_id and r.run_number = u.run_number
                returning r.run_id, r.run_number, r.kind, r.tenant
                """)
                .params(olderThan.toMillis(), limit)
                .query(Records.of(OpenRun.class))
                .list();
    }

    /** The workflows of these runs are there. */
    public void verified(Collection<RunKey> runs) {
        client.sql("""
                update run r set verified_at = now()
                from unnest(?::uuid[], ?::int[]) as v(run_id, run_number)
                where r.run_id = v.run_id and r.run_number = v.run_number and r.status::text = 'RUNNING'
                """).params(Columns.ofRuns(runs)).update();
    }

    /** The workflow of this run was missed by somebody: it is to be looked for next. */
    public void suspect(RunKey run) {
        client.sql("""
                update run set verified_at = '-infinity'
                where run_id = ? and run_number = ? and status::text = 'RUNNING' and verified_at > '-infinity'
                """).params(run.runId(), run.runNumber()).update();
    }

    /**
     * Ends a run whose workflow an operator has stopped: what is open in it is cancelled, with {@link EndCodes#RUN_TERMINATED}.
     *
     * @return the agents that have tasks of it, to be told; none if the run had ended or a later one has taken over
     */
    public List<AtAgent> terminate(RunKey run, String reason) {
        return dependents.propagating(ended -> {
            LockedRun locked = locks.lock(run).orElse(null);
            if (locked == null || locked.status().isTerminal()) {
                return List.of();
            }
            List<AtAgent> atAgents = client.sql("""
                    select task_id, epoch, agent_id from task_state
                    where run_id = ? and run_number = ? and status::text in ('DISPATCHED', 'RUNNING') and agent_id is not null
                    for update
                    """)
                    .params(run.runId(), run.runNumber())
                    .query(Records.of(AtAgent.class))
                    .list();
            ended.addAll(commands.terminate(run, reason));
            counters.terminated(run, ended.size());
            return atAgents;
        });
    }

    /**
     * Replaces a running run whose workflow was lost by a further one, which takes over what is open: the tasks as they are,
     * whether it is paused, and the cancels, which are delivered again. A run of which nothing is open only ends.
     *
     * @return the start of the further run; empty if the lost one had ended, or been replaced already, or if runs of this id have been
     *     lost so often of late that the next look is soon enough
     */
    public Optional<RunStart> restart(RunKey lost) {
        return transaction.execute(status -> {
            LockedRun run = locks.lock(lost).orElse(null);
            if (run == null || run.status() != RunStatus.RUNNING || locks.isSuperseded(lost)) {
                return Optional.<RunStart>empty();
            }
            if (isLostAgainAndAgain(lost)) {
                LOG.error(
                        "run {} number {} was lost, and so were {} before it within {}: it is left alone for a while",
                        lost.runId(),
                        lost.runNumber(),
                        MAX_RUNS,
                        WITHIN);
                return Optional.<RunStart>empty();
            }
            RunKey next = new RunKey(lost.runId(), lost.runNumber() + 1);
            if (reruns.moveOpen(lost, next) == 0) {
                counters.endByItsTasks(lost);
                return Optional.<RunStart>empty();
            }
            counters.insertNext(next, lost, run.kind(), true);
            counters.replaced(lost);
            reopenCommands(lost, next);
            return Optional.of(starts.load(List.of(next)).getFirst());
        });
    }

    /** Runs that users asked for replaced nothing. */
    private boolean isLostAgainAndAgain(RunKey lost) {
        return client.sql("""
                        select count(*) from run r
                        where r.run_id = ? and r.run_number > 1 and r.created_at > now() - ? * interval '1 millisecond'
                          and not exists (select from command c where c.run_id = r.run_id and c.run_number = r.run_number
                                            and c.kind = 'RETRY')
                        """)
                        .params(lost.runId(), WITHIN.toMillis())
                        .query(Integer.class)
                        .single()
                >= MAX_RUNS;
    }

    /**
     * The commands to the lost run are the further one's, and so they answer whoever gives them again. Only the lost workflow knew of
     * what it was to end; what has ended is done with. What was commanded to runs before that is over.
     */
    private void reopenCommands(RunKey lost, RunKey next) {
        client.sql("update command set run_number = ? where run_id = ? and run_number = ? and kind <> 'RETRY'")
                .params(next.runNumber(), lost.runId(), lost.runNumber())
                .update();
        int open = client.sql("""
                update command c set acknowledged_at = null, attempted_at = null
                where c.run_id = ? and c.run_number = ?
                  and (c.acknowledged_at is null
                       or (c.kind in ('CANCEL', 'EXPIRE')
                           and (c.task_indexes = '{}'
                                or exists (select from task_state s
                                           where s.run_id = c.run_id and s.task_index = any(c.task_indexes)
                                             and s.status not in ('COMPLETED', 'FAILED', 'CANCELLED')))))
                """).params(next.runId(), next.runNumber()).update();
        if (open > 0) {
            Channels.notify(client, Channels.COMMANDS);
        }
    }

    /** A run that has not ended, as far as the store knows. */
    public record OpenRun(RunKey key, RunKind kind, String tenant) {}
}
