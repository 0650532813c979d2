package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.release.Ageing;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds out which tenants wait. A type's tenants are found by one search of an index for each (a loose index scan), however many tasks they have
 * queued: about 30 µs a tenant. Where more wait than are looked at, the next look goes on behind them. Confined to one thread.
 */
public final class ContenderReader {
    /** Tenants of one type that a look finds at most. */
    public static final int MAX_TENANTS = 500;

    private final JdbcClient client;
    private final UseStore uses;
    private final Map<String, String> startAfter = new HashMap<>();

    public ContenderReader(DataSource database) {
        this.client = JdbcClient.create(database);
        this.uses = new UseStore(database);
    }

    /** Looks for the tenants that wait with tasks of these types. */
    public Contenders read(Collection<String> types, Ageing ageing) {
        List<Search> searches = types.stream()
                .sorted()
                .map(type -> new Search(type, startAfter.getOrDefault(type, "")))
                .toList();
        if (searches.isEmpty()) {
            return Contenders.NONE;
        }
        Map<String, List<String>> byType = Records.listsByKey(
                client.sql("""
                        with recursive found (task_type, tenant, number) as (
                          select w.task_type, w.after, 0 from unnest(?::text[], ?::text[]) as w(task_type, after)
                          union all
                          select f.task_type,
                            (select q.tenant from task_state q
                             where q.status = 'QUEUED' and q.held_by = '' and q.task_type = f.task_type and q.tenant > f.tenant
                             order by q.tenant limit 1),
                            f.number + 1
                          from found f where f.tenant is not null and f.number < ?
                        )
                        select task_type, tenant from found where tenant is not null and number > 0 order by task_type, number
                        """)
                        .params(Columns.of(searches).texts(Search::type).texts(Search::after))
                        .param(MAX_TENANTS),
                String.class,
                (row, number) -> row.getString("tenant"));
        startAfter.clear();
        Set<String> all = new HashSet<>();
        byType.forEach((type, tenants) -> {
            all.addAll(tenants);
            if (tenants.size() == MAX_TENANTS) {
                startAfter.put(type, tenants.getLast());
            }
        });
        boolean anyDue = client.sql("""
                        select exists (select from task_state q
                          where q.status = 'QUEUED' and q.held_by = '' and q.deadline is not null and q.task_type = any(?))
                        """)
                .param(types.toArray(String[]::new))
                .query(Boolean.class)
                .single();
        return all.size() < 2
                ? new Contenders(byType, anyDue, Map.of(), Map.of(), ageing)
                : new Contenders(byType, anyDue, uses.uses(all), uses.weights(), ageing);
    }

    private record Search(String type, String after) {}
}
