package io.agentorchestrator.store.release;

import io.agentorchestrator.store.loop.ResumePoints;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds out which tenants wait. A line's tenants are found by one search of an index for each (a loose index scan), however many tasks they have
 * queued: about 30 µs a tenant. Where more wait than are looked at, the next look goes on behind them. Confined to one thread.
 */
public final class ContenderReader {
    /** Tenants of one line that a look finds at most; where a type has several lines, they share that. */
    public static final int MAX_TENANTS = 500;

    /** Tenants of a line that are found however many lines there are. */
    private static final int MIN_TENANTS = 8;

    private final JdbcClient client;
    private final UseStore uses;
    private final ResumePoints<BacklogLine, String> tenantsSeen = new ResumePoints<>("");

    public ContenderReader(DataSource database) {
        this.client = JdbcClient.create(database);
        this.uses = new UseStore(database);
    }

    /**
     * Looks for the tenants that wait with tasks of these types.
     *
     * @param classes whose lines are looked at
     */
    public Contenders read(Collection<String> types, TaskClasses classes, Ageing ageing) {
        List<BacklogLine> lines = BacklogLine.of(types, classes);
        Map<String, Long> linesOf =
                lines.stream().collect(Collectors.groupingBy(BacklogLine::taskType, Collectors.counting()));
        List<Search> searches = lines.stream()
                .map(line -> new Search(line, tenantsSeen.after(line), (int)
                        Math.max(MIN_TENANTS, MAX_TENANTS / linesOf.getOrDefault(line.taskType(), 1L))))
                .toList();
        if (searches.isEmpty()) {
            return Contenders.NONE;
        }
        Map<BacklogLine, List<String>> byLine = new HashMap<>();
        client.sql("""
                        with recursive found (number, task_type, line, most, tenant, place) as (
                          select w.number, w.task_type, w.line, w.most, w.after, 0
                          from unnest(?::text[], ?::text[], ?::text[], ?::int[]) with ordinality as w(task_type, line, after, most, number)
                          union all
                          select f.number, f.task_type, f.line, f.most,
                            (select q.tenant from task_state q
                             where q.status = 'QUEUED' and q.held_by = f.line and q.task_type = f.task_type and q.tenant > f.tenant
                             order by q.tenant limit 1),
                            f.place + 1
                          from found f where f.tenant is not null and f.place < f.most
                        )
                        select number, tenant from found where tenant is not null and place > 0 order by number, place
                        """).params(columns(searches)).query(row -> {
            byLine.computeIfAbsent(searches.get(row.getInt(1) - 1).line(), line -> new ArrayList<>())
                    .add(row.getString(2));
        });
        Set<String> all = new HashSet<>();
        Map<BacklogLine, String> reached = new HashMap<>();
        searches.forEach(search -> {
            List<String> tenants = byLine.getOrDefault(search.line(), List.of());
            all.addAll(tenants);
            if (tenants.size() == search.most()) {
                reached.put(search.line(), tenants.getLast());
            }
        });
        tenantsSeen.looked(lines, reached);
        boolean anyDue = client.sql("""
                        select exists (
                          select from unnest(?::text[], ?::text[]) as l(task_type, line) cross join lateral (
                            select true from task_state q
                            where q.status = 'QUEUED' and q.held_by = l.line and q.task_type = l.task_type and q.deadline is not null
                            limit 1) d)
                        """)
                .params(Columns.of(lines).texts(BacklogLine::taskType).texts(BacklogLine::key))
                .query(Boolean.class)
                .single();
        return all.size() < 2
                ? new Contenders(byLine, anyDue, Map.of(), Map.of(), ageing)
                : new Contenders(byLine, anyDue, uses.uses(all), uses.weights(), ageing);
    }

    private static Columns<Search> columns(List<Search> searches) {
        return Columns.of(searches)
                .texts(search -> search.line().taskType())
                .texts(search -> search.line().key())
                .texts(Search::after)
                .ints(Search::most);
    }

    private record Search(BacklogLine line, String after, int most) {}
}
