package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds the lines that tasks with selectors wait in. Thread-safe. */
public final class SelectorLines {
    /** Each step is a search in the index; however long the lines are. */
    private static final String WAITING = """
            with recursive line(key, task_id, number) as (
              (select h.held_by, h.task_id, 1 from task_state h
               where h.status = 'QUEUED' and h.held_by > ? and h.held_by < ? order by h.held_by limit 1)
              union all
              select n.key, n.task_id, line.number + 1 from line cross join lateral (
                select h.held_by as key, h.task_id from task_state h
                where h.status = 'QUEUED' and h.held_by > line.key and h.held_by < ?
                order by h.held_by limit 1) n
              where line.number < ?
            )
            select line.key, t.task_type, t.selector from line join task t on t.task_id = line.task_id order by line.key""";

    /** Behind every key: they are hexadecimal. */
    private static final String LAST_KEY = TaskSelector.KEY_PREFIX + "g";

    private final JdbcClient client;

    public SelectorLines(JdbcClient client) {
        this.client = client;
    }

    /** The selectors of the lines after this key, in the order of their keys. */
    public List<WaitingSelector> waiting(String after, int limit) {
        return client.sql(WAITING)
                .params(after, LAST_KEY, LAST_KEY, limit)
                .query((row, number) -> new WaitingSelector(
                        row.getString(1),
                        row.getString(2),
                        TaskSelector.parse(row.getString(3)).required()))
                .list();
    }
}
