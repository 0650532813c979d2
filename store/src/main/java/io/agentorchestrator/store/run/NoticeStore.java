package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The store's part in delivering notices; they are written with what they tell of. Several may deliver at once. Thread-safe. */
public final class NoticeStore {
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
        Map<RunKey, List<Notice>> byRun =
                Records.listsByKey(client.sql("""
                select n.run_id, n.run_number, coalesce(r.kind, 'GROUP') as kind, n.sequence, n.task_index as task, n.attempt,
                  nullif(n.outcome, 'QUEUED') as outcome, case when n.outcome = 'FAILED' then coalesce(n.error_code, '') else '' end as error_code,
                  n.outcome = 'FAILED' and n.retryable as retryable,
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
                """).params(maxRuns, maxRows), RunKey.class, Records.of(Notice.class));
        List<RunNotices> notices = new ArrayList<>();
        byRun.forEach((run, ofRun) -> notices.add(notices(run, ofRun)));
        return notices;
    }

    /** The run has these, or has ended: forgets them. */
    public void delivered(RunKey run, long upToSequence) {
        client.sql("delete from run_notice where run_id = ? and run_number = ? and sequence <= ?")
                .params(run.runId(), run.runNumber(), upToSequence)
                .update();
    }

    private static RunNotices notices(RunKey run, List<Notice> notices) {
        Notice last = notices.getLast();
        return new RunNotices(
                run,
                last.kind(),
                last.sequence(),
                notices.stream().map(Notice::end).filter(Objects::nonNull).toList(),
                notices.stream()
                        .filter(notice -> notice.end() == null)
                        .map(Notice::task)
                        .toList(),
                last.runEnded());
    }

    /** @param end of the attempt; null: the task is back in the backlog */
    private record Notice(
            RunKind kind, long sequence, int task, @Nullable AttemptEnd end, boolean runEnded) {}
}
