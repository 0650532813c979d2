package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.AccountReader.Periodic;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the budgets of tenants and of the installation. Throws {@code DataAccessException}s. Thread-safe. */
public final class PeriodBudgetStore {
    /** Budgets of one tenant at most. */
    public static final int MAX_OF_TENANT = 20;

    private final JdbcClient client;
    private final AccountReader reader;

    public PeriodBudgetStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.reader = new AccountReader(client);
    }

    /** A tenant's own budgets and the installation's, by name, with what is used of each. */
    public List<Used> list(String tenant) {
        Map<Long, Periodic> used = new HashMap<>();
        reader.periodicOf(List.of(tenant)).forEach(budget -> used.put(budget.budgetId(), budget));
        return client.sql("""
                        select budget_id, name, period, cost_limit_micro_usd, token_limit, held_back_first, updated_at, updated_by,
                          date_trunc(period, now(), 'UTC') as begins
                        from budget where tenant in ('', ?) order by name
                        """)
                .param(tenant)
                .query((row, number) -> {
                    PeriodBudget.Period period =
                            PeriodBudget.Period.valueOf(row.getString("period").toUpperCase(Locale.ROOT));
                    PeriodBudget budget = new PeriodBudget(
                            row.getString("name"),
                            period,
                            row.getObject("cost_limit_micro_usd", Long.class),
                            row.getObject("token_limit", Long.class),
                            Stream.of((Object[]) row.getArray("held_back_first").getArray())
                                    .map(priority -> Priority.valueOf(priority.toString()))
                                    .toList(),
                            row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                            row.getString("updated_by"));
                    Periodic now = used.get(row.getLong("budget_id"));
                    Instant ends = row.getObject("begins", OffsetDateTime.class)
                            .toInstant()
                            .plus(period.length())
                            .truncatedTo(ChronoUnit.SECONDS);
                    return new Used(
                            row.getLong("budget_id"),
                            budget,
                            ends,
                            now == null ? 0 : now.spentMicroUsd(),
                            now == null ? 0 : now.spentTokens(),
                            now == null ? 0 : now.reservedMicroUsd(),
                            now == null ? 0 : now.reservedTokens());
                })
                .list();
    }

    /** One of those; absent if there is none of this name. */
    public Optional<Used> find(String tenant, String name) {
        return list(tenant).stream()
                .filter(used -> used.budget().name().equals(name))
                .findFirst();
    }

    /**
     * Sets a budget, in the place of one of its name.
     *
     * @return false where the tenant has {@value #MAX_OF_TENANT} others
     */
    public boolean set(String tenant, PeriodBudget budget) {
        String owner = owner(tenant, budget.name());
        return client.sql("""
                        insert into budget (tenant, name, period, cost_limit_micro_usd, token_limit, held_back_first, updated_at, updated_by)
                        select ?, ?, ?, ?::bigint, ?::bigint, ?::text[], now(), ?
                        where (select count(*) from budget where tenant = ? and name <> ?) < ?
                        on conflict (tenant, name) do update
                        set period = excluded.period, cost_limit_micro_usd = excluded.cost_limit_micro_usd, token_limit = excluded.token_limit,
                            held_back_first = excluded.held_back_first, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                        """)
                        .params(Arrays.<@Nullable Object>asList(
                                owner,
                                budget.name(),
                                budget.period().name().toLowerCase(Locale.ROOT),
                                budget.costMicroUsd(),
                                budget.tokens(),
                                budget.heldBackFirst().stream().map(Enum::name).toArray(String[]::new),
                                budget.updatedBy(),
                                owner,
                                budget.name(),
                                MAX_OF_TENANT))
                        .update()
                > 0;
    }

    /** Removes a budget, so that it binds nobody any more; whether there was one. */
    public boolean remove(String tenant, String name) {
        return client.sql("delete from budget where tenant = ? and name = ?")
                        .params(owner(tenant, name), name)
                        .update()
                > 0;
    }

    private static String owner(String tenant, String name) {
        return Objects.equals(name, PeriodBudget.INSTALLATION) ? "" : tenant;
    }

    /**
     * A budget, and what is used of it in the period that is under way.
     *
     * @param endsAt when the next one begins
     */
    public record Used(
            long budgetId,
            PeriodBudget budget,
            Instant endsAt,
            long spentMicroUsd,
            long spentTokens,
            long reservedMicroUsd,
            long reservedTokens) {}
}
