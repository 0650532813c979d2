package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.AccountReader.TypeOfTenant;
import io.agentorchestrator.store.row.Records;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A walk over a range of reasons for which tasks are held: a bounded number of kinds at a time, each time after those of the last time. Thread-safe. */
final class HeldKinds {
    /** Kinds that are read at a time. */
    static final int MAX_KINDS = 1_000;

    private static final String HELD = """
            select s.held_by, s.task_type, s.tenant from task_state s
            where s.status = 'QUEUED' and s.held_by >= 'BUDGET' and s.held_by < 'BUDGET~'
              and (s.held_by, s.task_type, s.tenant) > (%s) and s.held_by < ?
            order by s.held_by, s.task_type, s.tenant, s.rank, s.task_id limit 1
            """;

    private final JdbcClient client;
    private final String below;
    private final Kind first;
    private volatile Kind last;

    /** @param from a text before all reasons of the range, and {@code below} one after them, in the order of bytes */
    HeldKinds(JdbcClient client, String from, String below) {
        this.client = client;
        this.below = below;
        this.first = new Kind(from, "", "");
        this.last = first;
    }

    /** The next kinds; a look into the index for each. */
    List<Kind> next() {
        Kind after = last;
        List<Kind> kinds = client.sql("with recursive h(held_by, task_type, tenant) as ((" + HELD.formatted("?, ?, ?")
                        + ") union all select n.* from h cross join lateral ("
                        + HELD.formatted("h.held_by, h.task_type, h.tenant")
                        + ") n) select held_by, task_type, tenant from h limit ?")
                .params(after.heldBy(), after.taskType(), after.tenant(), below, below, MAX_KINDS)
                .query(Records.of(Kind.class))
                .list();
        last = kinds.size() < MAX_KINDS ? first : kinds.getLast();
        return kinds;
    }

    /** Tasks of a type and a tenant that are held for the same: but for attempts that go on, they are estimated to use the same, too. */
    record Kind(String heldBy, String taskType, String tenant) {
        TypeOfTenant type() {
            return new TypeOfTenant(tenant, taskType);
        }

        /** The key of what they are held for. */
        String key() {
            return HeldFor.keyOf(heldBy);
        }
    }
}
