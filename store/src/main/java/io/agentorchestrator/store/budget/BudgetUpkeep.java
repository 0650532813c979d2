package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.AccountReader.Periodic;
import io.agentorchestrator.store.budget.AccountReader.TypeOfTenant;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.workflows.budget.BudgetAccount;
import io.agentorchestrator.workflows.budget.BudgetBook;
import io.agentorchestrator.workflows.budget.Estimate;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts held tasks in line for which a budget has room again, pauses DAGs whose budget is to be raised, and marks tasks for budgets that came after
 * them. Any number may do so at once: what is put in line is decided on again by a claim. Thread-safe.
 */
public final class BudgetUpkeep {
    /** Author of the pauses that budgets make. */
    public static final String PRINCIPAL = "orchestrator";

    private static final int MAX_REASONS = 1_000;
    private static final int MAX_IN_LINE = 500;
    private static final int MAX_MARKED = 2_000;

    private final JdbcClient client;
    private final AccountReader reader;
    private final ReleaseWrites releases;
    private final BudgetWrites writes;
    private final CommandStore commands;

    public BudgetUpkeep(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.reader = new AccountReader(client);
        this.releases = new ReleaseWrites(client);
        this.writes = new BudgetWrites(client);
        this.commands = new CommandStore(database, ids);
    }

    /** Puts tasks in line that there is room for, the best first; how many. */
    public int putInLine() {
        List<Head> heads = heads(HeldFor.ROOM);
        if (heads.isEmpty()) {
            return 0;
        }
        Map<String, BudgetAccount> accounts = accounts(heads);
        Map<TypeOfTenant, Estimate> estimates =
                reader.estimates(heads.stream().map(Head::type).collect(Collectors.toSet()));
        int put = 0;
        for (Head head : heads) {
            BudgetAccount account = accounts.get(HeldFor.keyOf(head.heldBy()));
            // A budget that is gone binds nobody any more.
            int room =
                    account == null ? MAX_IN_LINE : BudgetBook.room(account, estimates.get(head.type()), MAX_IN_LINE);
            put += room == 0 ? 0 : releases.putInLine(head.heldBy(), room);
        }
        if (put > 0) {
            Channels.notify(client, Channels.BACKLOG, "");
        }
        return put;
    }

    /** Pauses the DAGs of which tasks are held until somebody raises the budget; how many. */
    public int pause() {
        List<Unpaused> dags = client.sql("""
                        select r.run_id, r.tenant from unnest(?::text[]) as h(held_by)
                        join run r on r.run_id = substr(h.held_by, ?)::uuid and r.kind = 'DAG' and not r.paused
                          and r.status in ('PENDING', 'STARTING', 'RUNNING')
                        """)
                .params(
                        heads(HeldFor.RAISE).stream().map(Head::heldBy).toArray(String[]::new),
                        HeldFor.RAISE.length() + 1)
                .query(Records.of(Unpaused.class))
                .list();
        for (Unpaused dag : dags) {
            CommandStore.CommandAnswer _ = commands.pauseDag(
                    dag.tenant(),
                    PRINCIPAL,
                    dag.runId(),
                    "BUDGET_EXCEEDED: its budget does not suffice for what is left of it; raise it");
        }
        return dags.size();
    }

    /** Marks tasks that wait and are bound by a budget which came after them; whether there may be more. */
    public boolean mark() {
        boolean any = client.sql("select exists (select from budget)")
                .query(Boolean.class)
                .single();
        return any && writes.needClaimForPeriods(MAX_MARKED) == MAX_MARKED;
    }

    /** Merges what was spent in hours that are over, and forgets what was spent very long ago; how many rows that spared. */
    public int mergeSpending() {
        return client.sql("""
                        with gone as (
                          delete from spending p
                          where p.hour < date_trunc('hour', now() - interval '5 minutes', 'UTC') and p.slot >= 0 and p.ctid = any(array(
                            select o.ctid from spending o
                            where o.hour < date_trunc('hour', now() - interval '5 minutes', 'UTC') and o.slot >= 0
                            limit 5000 for update skip locked))
                          returning p.*
                        ), merged as (
                          insert into spending as k (tenant, hour, task_type, agent_type, slot, cost_micro_usd, input_tokens, output_tokens)
                          select tenant, hour, task_type, agent_type, -1, sum(cost_micro_usd), sum(input_tokens), sum(output_tokens)
                          from gone group by tenant, hour, task_type, agent_type order by tenant, hour, task_type, agent_type
                          on conflict (tenant, hour, task_type, agent_type, slot) do update
                          set cost_micro_usd = k.cost_micro_usd + excluded.cost_micro_usd, input_tokens = k.input_tokens + excluded.input_tokens,
                              output_tokens = k.output_tokens + excluded.output_tokens
                        ), forgotten as (
                          delete from spending where hour < now() - interval '400 days'
                        )
                        select count(*) from gone
                        """).query(Integer.class).single();
    }

    private Map<String, BudgetAccount> accounts(List<Head> heads) {
        Set<UUID> ids = new HashSet<>();
        boolean periodic = false;
        for (Head head : heads) {
            String key = HeldFor.keyOf(head.heldBy());
            if (HeldFor.isPeriodic(key)) {
                periodic = true;
            } else {
                ids.add(UUID.fromString(key));
            }
        }
        Map<String, BudgetAccount> accounts = new HashMap<>();
        reader.accounts(ids).forEach(account -> accounts.put(account.key(), account));
        for (Periodic budget : periodic ? reader.periodic() : List.<Periodic>of()) {
            BudgetAccount account = budget.account();
            accounts.put(account.key(), account);
            String part = account.key() + HeldFor.PART;
            accounts.put(part, account.limitedTo(BudgetGate.FIRST_HELD_BACK_AT, part));
        }
        return accounts;
    }

    /** The best task that is held for each reason of this kind: a look into the index for each. */
    private List<Head> heads(String kind) {
        return client.sql("""
                        with recursive held (held_by, n) as (
                          (select s.held_by, 1 from task_state s
                           where s.status = 'QUEUED' and s.held_by <> '' and s.held_by >= ? and s.held_by < ?
                           order by s.held_by limit 1)
                          union all
                          select (select s.held_by from task_state s
                                  where s.status = 'QUEUED' and s.held_by <> '' and s.held_by > h.held_by and s.held_by < ?
                                  order by s.held_by limit 1), h.n + 1
                          from held h where h.held_by is not null and h.n < ?)
                        select h.held_by, b.tenant, b.task_type from held h
                        cross join lateral (
                          select s.tenant, s.task_type from task_state s
                          where s.status = 'QUEUED' and s.held_by <> '' and s.held_by = h.held_by order by s.rank, s.task_id limit 1) b
                        where h.held_by is not null
                        """)
                .params(kind, kind + "~", kind + "~", MAX_REASONS)
                .query(Records.of(Head.class))
                .list();
    }

    private record Head(String heldBy, String tenant, String taskType) {
        TypeOfTenant type() {
            return new TypeOfTenant(tenant, taskType);
        }
    }

    private record Unpaused(UUID runId, String tenant) {}
}
