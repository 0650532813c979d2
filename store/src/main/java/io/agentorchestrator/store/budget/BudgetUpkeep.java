package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.AccountReader.Periodic;
import io.agentorchestrator.store.budget.AccountReader.TypeOfTenant;
import io.agentorchestrator.store.budget.HeldKinds.Kind;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.OpenTaskPass;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.budget.BudgetAccount;
import io.agentorchestrator.workflows.budget.BudgetBook;
import io.agentorchestrator.workflows.budget.CheapSlots;
import io.agentorchestrator.workflows.budget.Estimate;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts held tasks in line for which a budget has room again, pauses DAGs whose budget is to be raised, and marks tasks for budgets that came after
 * them. Any number may do so at once: what is put in line is decided on again by a claim. Thread-safe.
 */
public final class BudgetUpkeep {
    /** Author of the pauses that budgets make. */
    public static final String PRINCIPAL = "orchestrator";

    /** Tasks of a kind that a round puts in line at most. */
    private static final int MAX_IN_LINE = 500;

    /** Tasks that a statement puts in line at most, but for those of the kind that it begins with. */
    private static final int MAX_TOGETHER = 1_000;

    /** Tasks that a step of marking looks at. */
    private static final int MAX_MARKED = 2_000;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final AccountReader reader;
    private final CheapAgents agents;
    private final BudgetWrites writes;
    private final RunLocks locks;
    private final CommandStore commands;
    private final OpenTaskPass marking;
    private final HeldRotation inTurn;
    private final HeldKinds forPeriods;
    private final HeldKinds forAccounts;
    private final HeldKinds toRaise;
    private final HeldKinds toPause;

    public BudgetUpkeep(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.reader = new AccountReader(client);
        this.agents = new CheapAgents(database);
        this.writes = new BudgetWrites(client);
        this.inTurn = new HeldRotation(writes);
        this.locks = new RunLocks(client);
        this.commands = new CommandStore(database, ids);
        this.marking = new OpenTaskPass(database, "budget_marking", MAX_MARKED, BudgetedTasks.SCOPE, tasks -> {
            int _ = writes.needClaim(tasks);
        });
        String periods = HeldFor.ROOM + HeldFor.PERIOD;
        this.forPeriods = new HeldKinds(client, periods, periods + "~");
        // Ids begin with digits: they carry the time.
        this.forAccounts = new HeldKinds(client, HeldFor.ROOM, periods);
        this.toRaise = new HeldKinds(client, HeldFor.RAISE, HeldFor.RAISE + "~");
        this.toPause = new HeldKinds(client, HeldFor.RAISE, HeldFor.RAISE + "~");
    }

    /**
     * Puts tasks in line that there is room for, of each type and tenant the best first; how many. A task that was held while its budget was being
     * raised is among them. Where only some of a type and tenant may go, and a claim knows which, others have their turn as well.
     */
    public int putInLine() {
        List<Kind> kinds = new ArrayList<>(forPeriods.next());
        kinds.addAll(forAccounts.next());
        kinds.addAll(toRaise.next());
        if (kinds.isEmpty()) {
            return 0;
        }
        Map<String, BudgetAccount> accounts = accounts(kinds);
        Set<TypeOfTenant> types = types(kinds);
        Map<TypeOfTenant, Estimate> estimates = reader.estimates(types);
        CheapSlots slots =
                accounts.values().stream().anyMatch(account -> account.onExceeded() == OnBudgetExceeded.CHEAPER)
                        ? agents.slots()
                        : CheapSlots.NONE;
        List<BudgetWrites.Kind> wanted = new ArrayList<>();
        List<HeldRotation.Wanted> turns = new ArrayList<>();
        for (Kind kind : kinds) {
            BudgetAccount account = accounts.get(kind.key());
            Estimate estimate = estimates.get(kind.type());
            int room = room(kind, account, estimate, slots);
            if (room > 0) {
                wanted.add(new BudgetWrites.Kind(kind.heldBy(), kind.taskType(), kind.tenant(), room));
            }
            if (account != null && (room > 0 ? isForSome(account, estimate) : mayRestFit(kind, account, estimate))) {
                turns.add(new HeldRotation.Wanted(kind, room == 0));
            }
        }
        int put = putInLine(wanted) + inTurn.putInLine(turns);
        if (put > 0) {
            Channels.notify(client, Channels.BACKLOG, "");
        }
        return put;
    }

    private static int room(Kind kind, @Nullable BudgetAccount account, @Nullable Estimate estimate, CheapSlots slots) {
        if (account == null) {
            return MAX_IN_LINE; // a budget that is gone binds nobody any more
        }
        if (kind.heldBy().startsWith(HeldFor.RAISE) && !BudgetBook.covers(account, estimate)) {
            return 0;
        }
        return BudgetBook.room(
                account,
                estimate,
                factor -> slots.free(new CheapSlots.Wanting(kind.taskType(), kind.tenant(), Selector.NONE, factor)),
                MAX_IN_LINE);
    }

    /** Tells whether only cheap agents may have such tasks, whose selectors these may not meet. */
    private static boolean isForSome(BudgetAccount account, @Nullable Estimate estimate) {
        return account.onExceeded() == OnBudgetExceeded.CHEAPER && !BudgetBook.covers(account, estimate);
    }

    /** Tells whether there may be room for the rest of an attempt that goes on where there is none for a whole one. */
    private static boolean mayRestFit(Kind kind, BudgetAccount account, @Nullable Estimate estimate) {
        return estimate != null
                && account.hasAnyRoom()
                && (!kind.heldBy().startsWith(HeldFor.RAISE) || BudgetBook.covers(account, estimate));
    }

    private int putInLine(List<BudgetWrites.Kind> kinds) {
        int put = 0;
        int from = 0;
        int sum = 0;
        for (int to = 0; to < kinds.size(); to++) {
            if (sum + kinds.get(to).most() > MAX_TOGETHER) {
                put += writes.putInLine(kinds.subList(from, to));
                from = to;
                sum = 0;
            }
            sum += kinds.get(to).most();
        }
        return put + writes.putInLine(kinds.subList(from, kinds.size()));
    }

    /** Pauses the DAGs of which tasks are held until somebody raises the DAG's budget, or their own, unless it suffices by now; how many. */
    public int pause() {
        Map<UUID, Set<TypeOfTenant>> held = new HashMap<>();
        for (Kind kind : toPause.next()) {
            held.computeIfAbsent(UUID.fromString(kind.key()), account -> new HashSet<>())
                    .add(kind.type());
        }
        if (held.isEmpty()) {
            return 0;
        }
        UUID[] accounts = held.keySet().toArray(UUID[]::new);
        List<Unpaused> dags = client.sql("""
                        select r.run_id, r.tenant, h.account
                        from unnest(?::uuid[]) as h(account)
                        left join task_state s on s.task_id = h.account and s.task_id = any(?)
                        join run r on r.run_id = coalesce(s.run_id, h.account)
                        where r.kind = 'DAG' and not r.paused and r.status in ('PENDING', 'STARTING', 'RUNNING')
                        """)
                .params(accounts, accounts)
                .query(Records.of(Unpaused.class))
                .list();
        int paused = 0;
        for (Unpaused dag : dags) {
            paused += pause(dag, held.getOrDefault(dag.account(), Set.of())) ? 1 : 0;
        }
        return paused;
    }

    /** Whoever raises the budget has the run as well: so this finds it raised, or that one finds the DAG paused, and resumes it. */
    private boolean pause(Unpaused dag, Set<TypeOfTenant> types) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            boolean isPaused =
                    locks.lockLatest(dag.runId()).map(LockedRun::paused).orElse(true);
            Map<TypeOfTenant, Estimate> estimates = reader.estimates(types);
            boolean isShort = reader.accounts(Set.of(dag.account())).stream()
                    .anyMatch(account ->
                            types.stream().anyMatch(type -> !BudgetBook.covers(account, estimates.get(type))));
            if (isPaused || !isShort) {
                return false;
            }
            CommandStore.CommandAnswer _ = commands.pauseDag(
                    dag.tenant(),
                    PRINCIPAL,
                    dag.runId(),
                    dag.isItsOwn()
                            ? "BUDGET_EXCEEDED: its budget does not suffice for what is left of it; raise it"
                            : "BUDGET_EXCEEDED: the budget of its task %s does not suffice; raise that"
                                    .formatted(dag.account()));
            return true;
        }));
    }

    /** Marks tasks that are bound by a budget which came after them, if one did; whether there may be more. */
    public boolean mark() {
        return marking.step();
    }

    /** Merges a bounded number of rows of what was spent in hours that are over; how many. */
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
                        )
                        select count(*) from gone
                        """).query(Integer.class).single();
    }

    /** Forgets a bounded number of sums and estimates of very long ago; how many. */
    public int forget() {
        int sums = client.sql("""
                        delete from spending where ctid = any(array(
                          select ctid from spending where hour < now() - interval '400 days' limit 5000 for update skip locked))
                        """).update();
        int estimates = client.sql("""
                        delete from usage_estimate where ctid = any(array(
                          select ctid from usage_estimate where updated_at < now() - interval '400 days' limit 5000 for update skip locked))
                        """).update();
        return sums + estimates;
    }

    private Map<String, BudgetAccount> accounts(List<Kind> kinds) {
        Set<UUID> ids = new HashSet<>();
        Set<Long> periods = new HashSet<>();
        for (Kind kind : kinds) {
            if (HeldFor.isPeriodic(kind.key())) {
                periods.add(HeldFor.periodicBudget(kind.key()));
            } else {
                ids.add(UUID.fromString(kind.key()));
            }
        }
        Map<String, BudgetAccount> accounts = new HashMap<>();
        reader.accounts(ids).forEach(account -> accounts.put(account.key(), account));
        for (Periodic budget : reader.periodic(periods)) {
            BudgetAccount account = budget.account();
            accounts.put(account.key(), account);
            String part = account.key() + HeldFor.PART;
            accounts.put(part, account.limitedTo(BudgetGate.FIRST_HELD_BACK_AT, part));
        }
        return accounts;
    }

    private static Set<TypeOfTenant> types(List<Kind> kinds) {
        return kinds.stream().map(Kind::type).collect(Collectors.toSet());
    }

    /**
     * A DAG of which something is held.
     *
     * @param account the DAG, or a task of it
     */
    private record Unpaused(UUID runId, String tenant, UUID account) {
        boolean isItsOwn() {
            return account.equals(runId);
        }
    }
}
