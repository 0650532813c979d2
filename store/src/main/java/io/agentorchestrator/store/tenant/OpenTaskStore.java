package io.agentorchestrator.store.tenant;

import io.agentorchestrator.store.release.SelectorLines;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.store.tenant.OpenTasks.Count;
import io.agentorchestrator.workflows.selector.Selector;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts the tasks that have not ended, of all tenants. It reads an index entry for each of them, and of the few that are parked while QUEUED
 * their rows: measured, half a second of one processor for 2,000,000 of them. So it is not for requests, and wants connections without
 * their time limit. Throws {@code DataAccessException}s. Thread-safe.
 */
public final class OpenTaskStore {
    /** Lines of selectors that a count looks at, at most; tasks in further ones count as served where their type is. */
    static final int MAX_LINES = 2_000;

    /** A tenant that no agent names: whoever serves it, serves everybody. */
    private static final String ANYBODY = "";

    private final JdbcClient client;
    private final SelectorLines selectors;

    public OpenTaskStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.selectors = new SelectorLines(client);
    }

    /** The agents that there are. */
    @FunctionalInterface
    public interface Agents {
        /** Tells whether any of them takes tasks of this type and tenant that set these conditions. */
        boolean serve(String taskType, String tenant, Selector required);
    }

    /**
     * The agents, as far as a count has to know.
     *
     * @param forEverybody types that some agent serves for every tenant
     */
    public record ServedTypes(Set<String> forEverybody, Agents agents) {
        /** Copies the set. */
        public ServedTypes {
            forEverybody = Set.copyOf(forEverybody);
        }
    }

    /** Counts, as of one snapshot. */
    public OpenTasks count(ServedTypes served) {
        // QUEUED, WAITING and BACKOFF by the index that has the tenant: a search for each tenant and status passes over
        // what has ended. The types
        // of the backlog one by one, each by a search: so only tasks whose type is not served for everybody are looked
        // at, and those in lines whose conditions no agent meets for everybody: that is found out by line, not by task.
        Map<String, WaitingSelector> lines = selectors.waiting(TaskSelector.KEY_PREFIX, MAX_LINES).stream()
                .collect(Collectors.toMap(WaitingSelector::key, line -> line));
        List<WaitingSelector> unmet = lines.values().stream()
                .filter(line -> served.forEverybody().contains(line.taskType()))
                .filter(line -> !served.agents().serve(line.taskType(), ANYBODY, line.conditions()))
                .toList();
        List<Counted> counted = client.sql("""
            with recursive paused as materialized (
              %s
            ), types (task_type) as (
              (select s.task_type from task_state s where s.status = 'QUEUED' order by s.task_type limit 1)
              union all
              select (select s.task_type from task_state s where s.status = 'QUEUED' and s.task_type > t.task_type
                      order by s.task_type limit 1)
              from types t where t.task_type is not null
            )
            select case when status = 'WAITING' then 'PARKED' else 'RUNNABLE' end as kind, tenant, '' as task_type, '' as line,
              count(*) as tasks
            from task_state where status in ('QUEUED', 'WAITING', 'BACKOFF') group by 1, tenant
            union all
            select 'RUNNABLE', tenant, '', '', count(*)
            from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by tenant
            union all
            select 'PAUSED', s.tenant, '', '', count(*)
            from paused p cross join lateral (
              select q.tenant from task_state q
              where q.run_id = p.run_id and q.status::text in ('QUEUED', 'BACKOFF') offset 0) s
            group by s.tenant
            union all
            select 'HELD', tenant, '', '', count(*) from task_state
            where status = 'QUEUED' and held_by > '' and held_by <> selector_key
              and (run_id is null or run_id not in (select run_id from paused))
            group by tenant
            union all
            select 'UNSERVED', s.tenant, t.task_type, s.held_by, count(*)
            from types t cross join lateral (
              select q.tenant, q.held_by from task_state q
              where q.status = 'QUEUED' and q.task_type = t.task_type and q.held_by = q.selector_key
                and (q.run_id is null or q.run_id not in (select run_id from paused)) offset 0) s
            where t.task_type is not null and t.task_type <> all(?)
            group by s.tenant, t.task_type, s.held_by
            union all
            select 'UNSERVED', s.tenant, l.task_type, l.line, count(*)
            from unnest(?::text[], ?::text[]) as l(task_type, line) cross join lateral (
              select q.tenant from task_state q
              where q.status = 'QUEUED' and q.held_by = l.line and q.task_type = l.task_type
                and (q.run_id is null or q.run_id not in (select run_id from paused)) offset 0) s
            group by s.tenant, l.task_type, l.line
            """.formatted(PausedRuns.IDS))
                .param(served.forEverybody().toArray(String[]::new))
                .params(Columns.of(unmet).texts(WaitingSelector::taskType).texts(WaitingSelector::key))
                .query(Records.of(Counted.class))
                .list();
        Map<String, Count> byTenant = new HashMap<>();
        for (Counted each : counted) {
            byTenant.merge(each.tenant, each.count(served.agents(), conditions(lines.get(each.line))), Count::plus);
        }
        return new OpenTasks(byTenant);
    }

    /** The kinds of a counted set. The last three are among the first as well. */
    private enum Kind {
        RUNNABLE,
        PARKED,
        PAUSED,
        HELD,
        UNSERVED
    }

    private static Selector conditions(@Nullable WaitingSelector line) {
        return line == null ? Selector.NONE : line.conditions();
    }

    private record Counted(Kind kind, String tenant, String taskType, String line, long tasks) {
        Count count(Agents agents, Selector required) {
            return switch (kind) {
                case RUNNABLE -> new Count(tasks, 0);
                case PARKED -> new Count(0, tasks);
                case PAUSED, HELD -> new Count(-tasks, tasks);
                case UNSERVED -> agents.serve(taskType, tenant, required) ? Count.NONE : new Count(-tasks, tasks);
            };
        }
    }
}
