package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The store's part in delivering notices; they are written with what they tell of. Several may deliver at once. Thread-safe. */
public final class NoticeStore {
    private static final String BACK_IN_THE_BACKLOG = "QUEUED";

    private final JdbcClient client;

    public NoticeStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /**
     * Notices that have not been delivered, of the runs that have waited longest, ascending by sequence within each. A run whose rows retention has
     * dropped counts as a group: its workflow is not found under either kind.
     *
     * @param maxRuns of how many runs at most
     * @param maxRows how many of each run at most
     */
    public List<RunNotices> undelivered(int maxRuns, int maxRows) {
        Map<RunKey, Gathered> byRun = new LinkedHashMap<>();
        client.sql("""
                select n.run_id, n.run_number, coalesce(r.kind, 'GROUP') as kind, n.sequence, n.task_index, n.attempt, n.outcome, n.error_code, n.retryable,
                  case when n.outcome = 'FAILED' then
                    (select t.task_id::text from task_state s join task t on t.task_id = s.task_id
                     where s.run_id = n.run_id and s.task_index = n.task_index and t.dag_id is null)
                  end as name, coalesce(r.status in ('COMPLETED', 'FAILED', 'CANCELLED'), true) as run_ended
                from (select run_id, run_number, min(sequence) as first from run_notice
                      group by run_id, run_number order by first limit ?) o
                cross join lateral (
                  select * from run_notice u where u.run_id = o.run_id and u.run_number = o.run_number
                  order by u.sequence limit ?
                ) n
                left join run r on r.run_id = n.run_id and r.run_number = n.run_number
                order by o.first, n.sequence
                """).params(maxRuns, maxRows).query(row -> {
                    RunKind kind = RunKind.valueOf(row.getString("kind"));
                    byRun.computeIfAbsent(Records.runKey(row), run -> new Gathered(kind))
                            .add(row);
                });
        List<RunNotices> notices = new ArrayList<>();
        byRun.forEach((run, gathered) -> notices.add(gathered.notices(run)));
        return notices;
    }

    /** The run has these, or has ended: forgets them. */
    public void delivered(RunKey run, long upToSequence) {
        client.sql("delete from run_notice where run_id = ? and run_number = ? and sequence <= ?").params(run.runId(), run.runNumber(), upToSequence).update();
    }

    /** The notices of one run as they are read. Confined to the reading. */
    private static final class Gathered {
        private final RunKind kind;
        private final List<AttemptEnd> ended = new ArrayList<>();
        private final List<Integer> notStarted = new ArrayList<>();
        private long lastSequence;
        private boolean runEnded;

        Gathered(RunKind kind) {
            this.kind = kind;
        }

        void add(ResultSet row) throws SQLException {
            lastSequence = row.getLong("sequence");
            runEnded = row.getBoolean("run_ended");
            if (row.getString("outcome").equals(BACK_IN_THE_BACKLOG)) {
                notStarted.add(row.getInt("task_index"));
                return;
            }
            AttemptEnd.Outcome outcome = AttemptEnd.Outcome.valueOf(row.getString("outcome"));
            boolean failed = outcome == AttemptEnd.Outcome.FAILED;
            String errorCode = row.getString("error_code");
            ended.add(new AttemptEnd(
                    row.getInt("task_index"),
                    row.getInt("attempt"),
                    outcome,
                    failed && errorCode != null ? errorCode : "",
                    failed && row.getBoolean("retryable"),
                    row.getString("name")));
        }

        RunNotices notices(RunKey run) {
            return new RunNotices(run, kind, lastSequence, List.copyOf(ended), List.copyOf(notStarted), runEnded);
        }
    }
}
