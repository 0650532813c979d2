package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.row.Records;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads what was spent, on what, and what is set apart. By hours, which are summed up as they go; by DAG, from the ledger itself. Throws
 * {@code DataAccessException}s. Thread-safe.
 */
public final class CostStore {
    /** Rows of an answer at most, those that cost most. */
    public static final int MAX_ROWS = 10_000;

    private final JdbcClient client;
    private final AccountReader reader;

    public CostStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.reader = new AccountReader(client);
    }

    /**
     * Sums up what was told in these hours; what is set apart belongs to the present one.
     *
     * @param tenant null: all tenants
     * @param from with the hour that it is in
     * @param to without; the hour that it is in counts whole, unless it is its beginning
     */
    public Costs costs(@Nullable String tenant, Instant from, Instant to, Set<Group> by) {
        String groups = by.stream().map(group -> group.column).sorted().collect(Collectors.joining(", "));
        OffsetDateTime begin = from.atOffset(ZoneOffset.UTC);
        OffsetDateTime end = to.atOffset(ZoneOffset.UTC);
        String ofTenant = tenant == null ? "" : " and tenant = ?";
        String spent = by.contains(Group.DAG) ? """
                  select tenant, task_type, agent_type, dag_id, charged_at as at, cost_micro_usd, input_tokens, output_tokens,
                    0::bigint as reserved_micro_usd, 0::bigint as reserved_tokens
                  from charge where charged_at >= date_trunc('hour', ?::timestamptz, 'UTC') and charged_at < ?
                  """ : """
                  select tenant, task_type, agent_type, null::uuid as dag_id, hour as at, cost_micro_usd, input_tokens, output_tokens,
                    0::bigint as reserved_micro_usd, 0::bigint as reserved_tokens
                  from spending where hour >= date_trunc('hour', ?::timestamptz, 'UTC') and hour < ?
                  """;
        List<Cost> rows = client.sql("""
                        select %s null as nothing, coalesce(sum(cost_micro_usd), 0) as cost_micro_usd,
                          coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(output_tokens), 0) as output_tokens,
                          coalesce(sum(reserved_micro_usd), 0) as reserved_micro_usd, coalesce(sum(reserved_tokens), 0) as reserved_tokens
                        from (
                          select x.*, to_char(x.at at time zone 'UTC', 'YYYY-MM-DD') as day from (
                            %s%s
                            union all
                            select v.tenant, s.task_type, coalesce(a.pool, ''), v.dag_id, now(), 0, 0, 0, v.cost_micro_usd, v.tokens
                            from reservation_left v join task_state s on s.task_id = v.task_id
                            left join agent a on a.agent_id = s.agent_id
                            where now() >= ? and now() < ?%s) x) y
                        %s
                        order by sum(cost_micro_usd) desc limit ?
                        """.formatted(
                                groups.isEmpty() ? "" : groups + ",",
                                spent,
                                ofTenant,
                                ofTenant.replace("tenant", "v.tenant"),
                                groups.isEmpty() ? "" : "group by " + groups))
                .params(
                        tenant == null
                                ? List.of(begin, end, begin, end, MAX_ROWS + 1)
                                : List.of(begin, end, tenant, begin, end, tenant, MAX_ROWS + 1))
                .query((row, number) -> {
                    Map<Group, String> names = new HashMap<>();
                    for (Group group : by) {
                        String name = row.getString(group.column);
                        if (name != null) {
                            names.put(group, name);
                        }
                    }
                    return new Cost(
                            names,
                            Objects.requireNonNull(row.getBigDecimal("cost_micro_usd"))
                                    .toBigInteger(),
                            Objects.requireNonNull(row.getBigDecimal("input_tokens"))
                                    .toBigInteger(),
                            Objects.requireNonNull(row.getBigDecimal("output_tokens"))
                                    .toBigInteger(),
                            Objects.requireNonNull(row.getBigDecimal("reserved_micro_usd"))
                                    .toBigInteger(),
                            Objects.requireNonNull(row.getBigDecimal("reserved_tokens"))
                                    .toBigInteger());
                })
                .list();
        return new Costs(rows.subList(0, Math.min(rows.size(), MAX_ROWS)), rows.size() > MAX_ROWS);
    }

    /** The cost of an attempt of these types on average, millionths of a US dollar; those of which nothing is known are missing. */
    public Map<String, Long> estimates(String tenant, Set<String> types) {
        Set<AccountReader.TypeOfTenant> wanted = new HashSet<>();
        types.forEach(type -> wanted.add(new AccountReader.TypeOfTenant(tenant, type)));
        Map<String, Long> found = new HashMap<>();
        reader.estimates(wanted)
                .forEach((type, estimate) ->
                        found.put(type.taskType(), estimate.amount().costMicroUsd()));
        return found;
    }

    /** The budget that a task has for itself, or a DAG, with what was spent of it; absent if it has none. */
    public Optional<Budget> budget(UUID account) {
        return client.sql("""
                        select cost_limit_micro_usd, token_limit, on_exceeded, least(spent_micro_usd, 9223372036854775807)::bigint as spent_micro_usd,
                          least(spent_tokens, 9223372036854775807)::bigint as spent_tokens
                        from budget_account
                        where account_id = ? and (cost_limit_micro_usd is not null or token_limit is not null)
                        """).param(account).query(Records.of(Budget.class)).optional();
    }

    /** A thing that costs are summed up by. */
    public enum Group {
        TENANT("tenant"),
        TASK_TYPE("task_type"),
        AGENT_TYPE("agent_type"),
        DAG("dag_id"),
        DAY("day");

        private final String column;

        Group(String column) {
            this.column = column;
        }
    }

    /**
     * Sums, the largest first.
     *
     * @param truncated whether there are more than {@value #MAX_ROWS}
     */
    public record Costs(List<Cost> rows, boolean truncated) {
        public Costs {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A sum.
     *
     * @param names what it is the sum of; a DAG is missing for tasks that are in none
     */
    public record Cost(
            Map<Group, String> names,
            BigInteger costMicroUsd,
            BigInteger inputTokens,
            BigInteger outputTokens,
            BigInteger reservedMicroUsd,
            BigInteger reservedTokens) {
        public Cost {
            names = Map.copyOf(names);
        }
    }

    /** A budget of a task or a DAG as it holds now. */
    public record Budget(
            @Nullable Long costLimitMicroUsd,
            @Nullable Long tokenLimit,
            String onExceeded,
            long spentMicroUsd,
            long spentTokens) {}
}
