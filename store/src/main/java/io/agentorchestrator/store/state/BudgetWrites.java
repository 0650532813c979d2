package io.agentorchestrator.store.state;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes which tasks need a claim since a budget binds them. Thread-safe. */
public final class BudgetWrites {
    private static final String OPEN = "('PENDING', 'WAITING', 'QUEUED', 'BACKOFF')";

    /** The condition that a budget binds a task {@code s} of task_state: a period's, its own or its DAG's. */
    static final String BINDS = """
            (exists (select from budget b where b.tenant in ('', s.tenant))
              or exists (select from budget_account a where a.account_id in (s.task_id, s.run_id)
                           and (a.cost_limit_micro_usd is not null or a.token_limit is not null)))""";

    private final JdbcClient client;

    public BudgetWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Marks tasks that wait and are bound by a period's budget, but for those that somebody has just now.
     *
     * @param limit how many at most
     * @return how many there were
     */
    public int needClaimForPeriods(int limit) {
        return client.sql("""
                update task_state s set needs_claim = true
                where s.task_id in (
                    select o.task_id from task_state o
                    where o.status in\s""" + OPEN + """

                      and not o.needs_claim
                      and (exists (select from budget where tenant = '') or o.tenant = any(array(select tenant from budget)))
                    limit ? for update skip locked)
                """).param(limit).update();
    }

    /** Sets limits of a DAG whose run's row is locked; null leaves one as it is. */
    public void setLimits(UUID dagId, @Nullable Long costMicroUsd, @Nullable Long tokens) {
        if (costMicroUsd == null && tokens == null) {
            return;
        }
        client.sql("""
                insert into budget_account as a (account_id, tenant, cost_limit_micro_usd, token_limit, on_exceeded, spent_micro_usd, spent_tokens)
                select d.dag_id, d.tenant, ?::bigint, ?::bigint, d.on_budget_exceeded, coalesce(sum(c.cost_micro_usd), 0),
                  coalesce(sum(c.input_tokens::numeric + c.output_tokens), 0)
                from dag d left join charge c on c.dag_id = d.dag_id where d.dag_id = ? group by d.dag_id
                on conflict (account_id) do update
                set cost_limit_micro_usd = coalesce(excluded.cost_limit_micro_usd, a.cost_limit_micro_usd),
                    token_limit = coalesce(excluded.token_limit, a.token_limit)
                """).params(Arrays.asList(costMicroUsd, tokens, dagId)).update();
    }

    /** Marks the tasks of a DAG, or one alone, that have not ended. */
    public void needClaim(UUID account) {
        client.sql("""
                update task_state s set needs_claim = true
                where s.task_id in (
                    select o.task_id from task_state o
                    where (o.task_id = ? or o.run_id = ?) and not o.needs_claim and o.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                    order by o.task_id for update)
                """).params(account, account).update();
    }
}
