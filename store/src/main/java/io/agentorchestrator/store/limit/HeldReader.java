package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.limit.LimitReader.Held;
import io.agentorchestrator.store.loop.ResumePoints;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.Rank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads which held tasks may be next: of each key and type the best by rank, those due first, and the first of each tenant, of which each is one search in
 * an index, however many tasks it has. Where more tenants wait than are looked at, the next look goes on behind them. Confined to one thread.
 */
final class HeldReader {
    /** Tenants that a look finds at most, of one kind. */
    static final int MAX_TENANTS = 500;

    /** Tenants that it finds of all kinds together, but one of each. */
    private static final int MAX_TENANTS_OF_ALL = 1_000;

    /** Where few tenants wait, so many times as many are looked at of all of them together as are wanted. */
    private static final int LOOKS_IN_ROOM = 4;

    private static final String OF_KIND = "q.status = 'QUEUED' and q.held_by = k.reason and q.task_type = k.task_type";

    /** The best are those closer to the first than a quarter of a step of ageing, among which deadlines decide ({@code Ageing.equal}). */
    private static final String NEXT = """
            with recursive kinds as materialized (
              select * from unnest(?::text[], ?::text[], ?::int[], ?::text[]) with ordinality as k(reason, task_type, most, after, kind)
            ), found (kind, reason, task_type, most, tenant, place) as (
              select kind, reason, task_type, most, after, 0 from kinds
              union all
              select k.kind, k.reason, k.task_type, k.most,
                (select q.tenant from task_state q where %1$s and q.tenant > k.tenant order by q.tenant limit 1), k.place + 1
              from found k where k.tenant is not null and k.place < ?
            ), best as materialized (
              select k.kind, b.* from kinds k cross join lateral %2$s b
            ), firsts as (
              select k.kind, b.* from (select f.*, count(*) over (partition by kind) as tenants from found f where tenant is not null and place > 0) k
              cross join lateral %3$s b
            ), due as (
              select k.kind, b.* from kinds k cross join lateral %4$s b
            )
            select * from best union select * from firsts union select * from due
            union all
            select kind, null, tenant, 0, 'NORMAL', null, 0 from found where tenant is not null and place = ?
            """.formatted(
                    OF_KIND,
                    look("", "q.rank, q.task_id", "k.most"),
                    look(
                            "and q.tenant = k.tenant",
                            "q.rank, q.task_id",
                            "least(k.most, greatest(1, " + LOOKS_IN_ROOM + " * k.most / k.tenants))"),
                    look(
                            "and q.deadline is not null and q.rank <= (select min(o.rank) from best o where o.kind = k.kind) + ageing_millis() / 4",
                            "q.deadline",
                            "k.most"));

    private final JdbcClient client;
    private final ResumePoints<Held, String> tenantsSeen = new ResumePoints<>("");

    HeldReader(JdbcClient client) {
        this.client = client;
    }

    private static String look(String condition, String order, String most) {
        return """
                (select q.task_id, q.tenant, q.rank, q.priority, q.deadline, q.path_millis from task_state q
                 where %s %s and (q.run_id is null or q.run_id not in (%s)) order by %s limit %s)""".formatted(OF_KIND, condition, PausedRuns.IDS, order, most);
    }

    /** Reads tasks that may be next, by kind, of those that are to be put in line at most; none of paused runs. */
    Map<Held, List<Turn<UUID>>> next(Map<Held, Integer> most) {
        Map<Held, List<Turn<UUID>>> next = new HashMap<>();
        if (most.isEmpty()) {
            return next;
        }
        List<Held> kinds = List.copyOf(most.keySet());
        int tenants = Math.clamp(MAX_TENANTS_OF_ALL / kinds.size(), 1, MAX_TENANTS);
        Map<Held, String> reached = new HashMap<>();
        client.sql(NEXT)
                .params(Columns.of(kinds)
                        .texts(Held::reason)
                        .texts(Held::taskType)
                        .ints(most::get)
                        .texts(tenantsSeen::after))
                .params(tenants, tenants)
                .query(row -> {
                    Held kind = kinds.get(row.getInt("kind") - 1);
                    UUID taskId = row.getObject("task_id", UUID.class);
                    String tenant = row.getString("tenant");
                    if (taskId == null) {
                        reached.put(kind, tenant);
                        return;
                    }
                    next.computeIfAbsent(kind, of -> new ArrayList<>())
                            .add(new Turn<>(
                                    taskId,
                                    tenant,
                                    Priority.valueOf(row.getString("priority")),
                                    new Rank(row.getLong("rank"), taskId),
                                    Records.instant(row, "deadline"),
                                    row.getInt("path_millis")));
                });
        tenantsSeen.looked(kinds, reached);
        return next;
    }
}
