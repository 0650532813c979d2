package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.reading.DagDetail.DagTask;
import io.agentorchestrator.store.reading.ReportReader.Report;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads DAGs. Another tenant's DAGs do not exist here. Throws {@code DataAccessException}s. Thread-safe. */
public final class DagReader {
    /** PAUSED is not a status that is stored, but one that covers the stored ones of a run that has not ended. */
    static final String STATUS = """
            case when r.paused and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') then 'PAUSED'::run_status
                 else r.status end""";

    static final String COLUMNS = "d.dag_id, d.name, d.on_failure, d.priority, d.labels, " + STATUS + """
             as status, r.run_number, r.task_count, r.open_count,
            r.failed_count, r.cancelled_count, d.created_at, r.created_at as run_created_at, r.started_at, r.ended_at, d.deadline
            """;
    private static final String FROM = """
            from dag d
            cross join lateral (select * from run where run_id = d.dag_id order by run_number desc limit 1) r
            where d.tenant = ? and d.dag_id = ?
            """;

    private final JdbcClient client;
    private final DagPages pages;
    private final ReportReader reports;

    public DagReader(DataSource database) {
        this.client = JdbcClient.create(database);
        this.pages = new DagPages(database, new KeysetScan());
        this.reports = new ReportReader(client);
    }

    /** The DAG, if this tenant has one of this id. */
    public Optional<DagDetail> find(String tenant, UUID dagId) {
        return client.sql("select " + COLUMNS + ", d.inputs, d.critical_path, d.critical_path_seconds, d.plan " + FROM)
                .params(tenant, dagId)
                .query(Records.of(DagRow.class))
                .optional()
                .map(this::withTasks);
    }

    /** A page of DAGs, newest first, perhaps an empty one although more follow. */
    public Page<UUID, DagFacts> list(DagQuery query) {
        return pages.page(query);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record DagRow(
            DagFacts facts, String inputs, List<String> criticalPath, double criticalPathSeconds, byte[] plan) {}

    private DagDetail withTasks(DagRow dag) {
        List<TaskAndResult> tasks = tasks(dag.facts().dagId());
        Map<UUID, UsageSum> usage = reports.usage(
                "select task_id from task where dag_id = ?", dag.facts().dagId());
        Map<UUID, Report> underWay = reports.underWay(tasks.stream()
                .filter(task -> task.facts().status() == TaskStatus.RUNNING)
                .map(task -> task.facts().taskId())
                .toList());
        int[][] parents = PlanCodec.decode(dag.plan()).parents();
        List<DagTask> inDag = new ArrayList<>(tasks.size());
        long resultChars = 0;
        for (int index = 0; index < tasks.size(); index++) {
            TaskAndResult task = tasks.get(index);
            String result = task.result();
            resultChars += result == null ? 0 : result.length();
            boolean fits = resultChars <= DagDetail.MAX_RESULT_CHARS;
            List<String> dependsOn = Arrays.stream(parents[index])
                    .mapToObj(parent -> keyOf(tasks, parent))
                    .toList();
            UUID taskId = task.facts().taskId();
            Report report = underWay.get(taskId);
            inDag.add(new DagTask(
                    task.facts(),
                    dependsOn,
                    fits ? result : null,
                    task.hasResult() && !(fits && result != null),
                    report == null ? null : report.progress(),
                    usage.getOrDefault(taskId, UsageSum.NONE)));
        }
        UsageSum total = usage.values().stream().reduce(UsageSum.NONE, UsageSum::plus);
        return new DagDetail(
                dag.facts(), dag.inputs(), dag.criticalPath(), dag.criticalPathSeconds(), total, parents, inDag);
    }

    private static String keyOf(List<TaskAndResult> tasks, int index) {
        String key = tasks.get(index).facts().key();
        return key == null ? "#" + index : key;
    }

    private record TaskAndResult(TaskFacts facts, @Nullable String result, boolean hasResult) {}

    /** The tasks by index, with results as long as what they take on disk stays within the bound. */
    private List<TaskAndResult> tasks(UUID dagId) {
        return client.sql("select " + TaskRow.COLUMNS + """
                        , a.result is not null as has_result,
                        case when sum(pg_column_size(a.result)) over (order by s.task_index) <= ?
                          then a.result end as result
                        from task_state s
                        join task t on t.task_id = s.task_id
                        left join task_attempt a
                          on a.task_id = s.task_id and a.attempt = s.attempt and s.status = 'COMPLETED'
                        where s.run_id = ?
                        order by s.task_index
                        """)
                .params(DagDetail.MAX_RESULT_CHARS, dagId)
                .query(Records.of(TaskAndResult.class))
                .list();
    }
}
