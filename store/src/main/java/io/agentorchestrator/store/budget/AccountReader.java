package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.budget.Amount;
import io.agentorchestrator.workflows.budget.BudgetAccount;
import io.agentorchestrator.workflows.budget.Estimate;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import io.agentorchestrator.workflows.model.Priority;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads budgets with what is spent and set apart: both as of one moment, since what an outcome settles moves from one to the other. Thread-safe. */
final class AccountReader {
    /** Each sum has a branch for a tenant's and one for the installation's, so that the former is a look into an index. */
    private static final String PERIODIC = """
            select b.budget_id, b.tenant, b.cost_limit_micro_usd, b.token_limit, b.held_back_first,
              s.cost as spent_micro_usd, s.tokens as spent_tokens, r.cost as reserved_micro_usd, r.tokens as reserved_tokens
            from budget b
            cross join lateral (
              select least(coalesce(sum(p.cost_micro_usd), 0), 9223372036854775807)::bigint as cost,
                least(coalesce(sum(p.input_tokens + p.output_tokens), 0), 9223372036854775807)::bigint as tokens
              from (
                select t.cost_micro_usd, t.input_tokens, t.output_tokens from spending t
                where b.tenant <> '' and t.tenant = b.tenant and t.hour >= date_trunc(b.period, now(), 'UTC')
                union all
                select a.cost_micro_usd, a.input_tokens, a.output_tokens from spending a
                where b.tenant = '' and a.hour >= date_trunc(b.period, now(), 'UTC')) p) s
            cross join lateral (
              select least(coalesce(sum(v.cost_micro_usd), 0), 9223372036854775807)::bigint as cost,
                least(coalesce(sum(v.tokens), 0), 9223372036854775807)::bigint as tokens
              from (
                select t.cost_micro_usd, t.tokens from reservation_left t where b.tenant <> '' and t.tenant = b.tenant
                union all
                select a.cost_micro_usd, a.tokens from reservation_left a where b.tenant = '') v) r
            """;

    private final JdbcClient client;

    AccountReader(JdbcClient client) {
        this.client = client;
    }

    /** The accounts that have limits, of these. */
    List<BudgetAccount> accounts(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                        select a.account_id, a.cost_limit_micro_usd, a.token_limit, a.on_exceeded, least(a.spent_micro_usd, 9223372036854775807)::bigint as spent_micro_usd,
                          least(a.spent_tokens, 9223372036854775807)::bigint as spent_tokens,
                          coalesce(r.cost, 0) as reserved_micro_usd, coalesce(r.tokens, 0) as reserved_tokens, coalesce(r.is_tried, false) as is_tried
                        from budget_account a
                        left join lateral (
                          select least(coalesce(sum(v.cost_micro_usd), 0), 9223372036854775807)::bigint as cost,
                            least(coalesce(sum(v.tokens), 0), 9223372036854775807)::bigint as tokens, bool_or(e.task_type is null) as is_tried
                          from reservation_left v join task_state s on s.task_id = v.task_id
                          left join usage_estimate e on e.tenant = s.tenant and e.task_type = s.task_type
                          where (v.dag_id = a.account_id or v.task_id = a.account_id) and v.refusal is null) r on true
                        where a.account_id = any(?) and (a.cost_limit_micro_usd is not null or a.token_limit is not null)
                        """).param(ids.toArray(UUID[]::new)).query(Records.of(AccountRow.class)).list().stream()
                .map(AccountRow::account)
                .toList();
    }

    /** The budgets of this hour and of this day that bind these tenants, with what was spent in it. */
    List<Periodic> periodicOf(Collection<String> tenants) {
        return tenants.isEmpty()
                ? List.of()
                : periodic(client.sql(PERIODIC + "where b.tenant = '' or b.tenant = any(?)")
                        .param(tenants.toArray(String[]::new)));
    }

    /** The same of these ids; those that are gone are missing. */
    List<Periodic> periodic(Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : periodic(client.sql(PERIODIC + "where b.budget_id = any(?)").param(ids.toArray(Long[]::new)));
    }

    private static List<Periodic> periodic(JdbcClient.StatementSpec statement) {
        return statement.query(Records.of(Periodic.class)).list();
    }

    /** The usage of types on average; those of which nothing is known are missing. */
    Map<TypeOfTenant, Estimate> estimates(Set<TypeOfTenant> types) {
        Map<TypeOfTenant, Estimate> found = new HashMap<>();
        client.sql("""
                        select e.tenant, e.task_type, round(least(e.cost_micro_usd, 9e18))::bigint, round(least(e.tokens, 9e18))::bigint, e.cost_factor
                        from unnest(?::text[], ?::text[]) as w(tenant, task_type)
                        join usage_estimate e on e.tenant = w.tenant and e.task_type = w.task_type
                        """)
                .params(Columns.of(types).texts(TypeOfTenant::tenant).texts(TypeOfTenant::taskType))
                .query(row -> {
                    found.put(
                            new TypeOfTenant(row.getString(1), row.getString(2)),
                            new Estimate(new Amount(row.getLong(3), row.getLong(4)), row.getDouble(5)));
                });
        return found;
    }

    /** A type of a tenant's tasks. */
    record TypeOfTenant(String tenant, String taskType) {}

    /**
     * The budget of a period.
     *
     * @param tenant empty: the installation's
     * @param heldBackFirst priorities that may use only a part of it
     */
    record Periodic(
            long budgetId,
            String tenant,
            @Nullable Long costLimitMicroUsd,
            @Nullable Long tokenLimit,
            Set<String> heldBackFirst,
            long spentMicroUsd,
            long spentTokens,
            long reservedMicroUsd,
            long reservedTokens) {
        BudgetAccount account() {
            return new BudgetAccount(
                    HeldFor.key(budgetId),
                    costLimitMicroUsd,
                    tokenLimit,
                    new Amount(spentMicroUsd, spentTokens),
                    new Amount(reservedMicroUsd, reservedTokens),
                    false,
                    null);
        }

        boolean binds(String ofTenant) {
            return tenant.isEmpty() || tenant.equals(ofTenant);
        }

        boolean holdsBack(Priority priority) {
            return heldBackFirst.contains(priority.name());
        }
    }

    private record AccountRow(
            UUID accountId,
            @Nullable Long costLimitMicroUsd,
            @Nullable Long tokenLimit,
            OnBudgetExceeded onExceeded,
            long spentMicroUsd,
            long spentTokens,
            long reservedMicroUsd,
            long reservedTokens,
            boolean isTried) {
        BudgetAccount account() {
            return new BudgetAccount(
                    HeldFor.key(accountId),
                    costLimitMicroUsd,
                    tokenLimit,
                    new Amount(spentMicroUsd, spentTokens),
                    new Amount(reservedMicroUsd, reservedTokens),
                    isTried,
                    onExceeded);
        }
    }
}
