package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.reading.ReportReader.Report;
import io.agentorchestrator.store.reading.TaskDetail.CheckpointFacts;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads tasks. Another tenant's tasks do not exist here. Throws {@code DataAccessException}s. Thread-safe. */
public final class TaskReader {
    private final JdbcClient client;
    private final TaskPages pages;
    private final ReportReader reports;

    public TaskReader(DataSource database) {
        this.client = JdbcClient.create(database);
        this.pages = new TaskPages(database, new KeysetScan());
        this.reports = new ReportReader(client);
    }

    /** The task, if this tenant has one of this id. */
    public Optional<TaskDetail> find(String tenant, UUID taskId) {
        return client.sql("select " + TaskRow.COLUMNS + """
                        , t.payload, c.recorded_at as at, c.sequence, t.reprocessed_from,
                        (select r.task_id from task r where r.reprocessed_from = t.task_id order by r.task_id desc limit 1)
                          as reprocessed_as,
                        (select case when d.state in ('OPEN', 'REPROCESSED') then d.entry_millis || '-' || d.entry_sequence end
                         from dead_letter d where d.task_id = t.task_id order by d.run_number desc limit 1) as dead_letter_entry_id,
                        (select r.created_at from run r
                         where r.run_id = s.run_id and r.run_number = s.run_number and r.kind = 'DAG') as run_created_at
                        from task t
                        join task_state s on s.task_id = t.task_id
                        left join task_checkpoint c on c.task_id = t.task_id
                        where t.task_id = ? and t.tenant = ?
                        """)
                .params(taskId, tenant)
                .query(Records.of(Found.class))
                .optional()
                .map(this::withParentsAndAttempts);
    }

    /**
     * A page of tasks, newest first, perhaps an empty one although more follow. Those of a DAG include tasks whose place others have
     * taken: they are in no run any more.
     */
    public Page<UUID, TaskFacts> list(TaskQuery query) {
        return pages.page(query);
    }

    /** A task, as one row tells of it. */
    private record Found(
            TaskFacts facts,
            String payload,
            @Nullable CheckpointFacts checkpoint,
            @Nullable Instant runCreatedAt,
            @Nullable UUID reprocessedFrom,
            @Nullable UUID reprocessedAs,
            @Nullable String deadLetterEntryId) {}

    private TaskDetail withParentsAndAttempts(Found task) {
        TaskFacts facts = task.facts();
        List<AttemptRow> ended = attempts(facts.taskId());
        List<AttemptFacts> attempts = new ArrayList<>();
        String result = null;
        for (AttemptRow attempt : ended) {
            attempts.add(attempt.facts());
            if (facts.status() == TaskStatus.COMPLETED && attempt.facts().number() == facts.attempt()) {
                result = attempt.result();
            }
        }
        Report report = null;
        if (facts.status() == TaskStatus.RUNNING) {
            report = reports.underWay(List.of(facts.taskId())).get(facts.taskId());
            attempts.add(new AttemptFacts(
                    facts.attempt(),
                    facts.agentId(),
                    facts.attemptStartedAt(),
                    null,
                    null,
                    null,
                    null,
                    facts.placement(),
                    report == null ? UsageSum.NONE : report.usage()));
        }
        return new TaskDetail(
                facts,
                task.payload(),
                parents(facts),
                attempts,
                result,
                task.checkpoint(),
                report == null ? null : report.progress(),
                reports.usage("select ?::uuid", facts.taskId()).getOrDefault(facts.taskId(), UsageSum.NONE),
                task.runCreatedAt(),
                dependencies(facts.taskId()),
                task.reprocessedFrom(),
                task.reprocessedAs(),
                task.deadLetterEntryId());
    }

    private record AttemptRow(AttemptFacts facts, @Nullable String result) {}

    /** The last ones: a task that was run again may have had more than a policy allows. */
    private List<AttemptRow> attempts(UUID taskId) {
        return client.sql("""
                        select * from (
                          select attempt as number,\s""" + TaskRow.placement("a") + """
                            , started_at, ended_at, outcome, error_code, error_message, cost_micro_usd, input_tokens, output_tokens,
                            case when outcome = 'COMPLETED' then result end as result
                          from task_attempt a where task_id = ? order by attempt desc limit ?) last
                        order by number
                        """)
                .params(taskId, Limits.MAX_ATTEMPTS)
                .query(Records.of(AttemptRow.class))
                .list();
    }

    private List<UUID> dependencies(UUID taskId) {
        return client.sql("select parent_id from task_dependency where child_id = ? order by parent_id limit ?")
                .params(taskId, Limits.MAX_DEPENDENCIES)
                .query(UUID.class)
                .list();
    }

    /** A task whose place another has taken depended on what is now in the places of its parents. */
    private List<String> parents(TaskFacts task) {
        UUID dagId = task.dagId();
        Integer index = task.index();
        if (dagId == null || index == null) {
            return List.of();
        }
        // Retention takes a DAG before its tasks.
        Optional<byte[]> plan = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .optional();
        int[] parents =
                plan.map(encoded -> PlanCodec.decode(encoded).parents()[index]).orElseGet(() -> new int[0]);
        if (parents.length == 0) {
            return List.of();
        }
        return client.sql("""
                        select coalesce(t.key, '#' || s.task_index)
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? and s.task_index = any(?)
                        order by s.task_index
                        """).params(dagId, parents).query(String.class).list();
    }
}
