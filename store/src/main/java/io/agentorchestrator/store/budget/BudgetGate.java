package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.AccountReader.Periodic;
import io.agentorchestrator.store.budget.AccountReader.TypeOfTenant;
import io.agentorchestrator.store.release.ClaimGate;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.budget.Amount;
import io.agentorchestrator.workflows.budget.BudgetAccount;
import io.agentorchestrator.workflows.budget.BudgetBook;
import io.agentorchestrator.workflows.budget.BudgetDecision;
import io.agentorchestrator.workflows.budget.CheapSlots;
import io.agentorchestrator.workflows.budget.Estimate;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.ArrayList;
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
 * Sets budget apart for tasks as they leave the backlog, and keeps in it those that there is none for. One that is to fail for want of it leaves with
 * nothing set apart, and with the reason: its attempt fails before an agent has it, and all follows that follows from a failure. Thread-safe.
 */
public final class BudgetGate implements ClaimGate {
    /** The part of a period's budget that priorities may use that are held back first. */
    public static final double FIRST_HELD_BACK_AT = 0.8;

    private final JdbcClient client;
    private final AccountReader reader;
    private final CheapAgents agents;

    public BudgetGate(DataSource database) {
        this.client = JdbcClient.create(database);
        this.reader = new AccountReader(client);
        this.agents = new CheapAgents(database);
    }

    /** Begins a claim; what is held is put in line by {@link BudgetUpkeep}, also while nobody claims. */
    @Override
    public Pass begin() {
        return new OfClaim();
    }

    private final class OfClaim implements Pass {
        private final Map<UUID, Candidate> candidates = new HashMap<>();
        private final Map<UUID, Leaving> decided = new HashMap<>();
        private List<Periodic> periodic = List.of();
        private Map<TypeOfTenant, Estimate> estimates = Map.of();
        private BudgetBook book = new BudgetBook(List.of());
        private @Nullable CheapSlots slots;

        @Override
        public void read(List<UUID> tasks) {
            for (Candidate task : load(tasks)) {
                candidates.put(task.taskId(), task);
            }
            Set<UUID> ids = new HashSet<>(candidates.keySet());
            candidates.values().stream()
                    .map(Candidate::dagId)
                    .filter(Objects::nonNull)
                    .forEach(ids::add);
            List<BudgetAccount> accounts = new ArrayList<>(reader.accounts(ids));
            periodic = reader.periodicOf(
                    candidates.values().stream().map(Candidate::tenant).collect(Collectors.toSet()));
            periodic.forEach(budget -> accounts.add(budget.account()));
            book = new BudgetBook(accounts);
            if (!accounts.isEmpty()) {
                estimates = reader.estimates(types());
            }
        }

        @Override
        public Optional<String> refusal(UUID taskId) {
            Candidate task = candidates.get(taskId);
            if (task == null) {
                return Optional.empty();
            }
            List<String> keys = keys(task);
            Map<String, BudgetBook.Part> parts = new HashMap<>();
            for (Periodic budget : periodic) {
                if (budget.holdsBack(task.priority())) {
                    String key = HeldFor.key(budget.budgetId());
                    parts.put(key, new BudgetBook.Part(FIRST_HELD_BACK_AT, key + HeldFor.PART));
                }
            }
            Estimate whole = estimates.get(task.type());
            Estimate rest = whole == null ? null : whole.less(task.paid());
            return switch (book.decide(keys, parts, rest)) {
                case BudgetDecision.Waits(String account) -> Optional.of(HeldFor.ROOM + account);
                case BudgetDecision.Paused(String account) -> Optional.of(HeldFor.RAISE + account);
                case BudgetDecision.Failed(String _, String why) -> {
                    decided.put(taskId, new Leaving(task, Amount.NONE, null, null, null, why));
                    yield Optional.empty();
                }
                case BudgetDecision.Admitted(
                        Amount reservation,
                        Long allowedMicroUsd,
                        Long allowedTokens,
                        BudgetDecision.Cheaper cheaper) -> {
                    if (cheaper != null && slots().free(task.wanting(cheaper.maxCostFactor())) == 0) {
                        yield Optional.of(HeldFor.ROOM + cheaper.account());
                    }
                    Double maxCostFactor = cheaper == null ? null : cheaper.maxCostFactor();
                    decided.put(
                            taskId,
                            new Leaving(task, reservation, allowedMicroUsd, allowedTokens, maxCostFactor, null));
                    yield Optional.empty();
                }
            };
        }

        private List<String> keys(Candidate task) {
            List<String> keys = new ArrayList<>();
            UUID dagId = task.dagId();
            if (dagId != null) {
                keys.add(HeldFor.key(dagId));
            }
            keys.add(HeldFor.key(task.taskId()));
            periodic.stream()
                    .filter(budget -> budget.binds(task.tenant()))
                    .forEach(budget -> keys.add(HeldFor.key(budget.budgetId())));
            return keys;
        }

        private CheapSlots slots() {
            CheapSlots read = slots == null ? agents.slots() : slots;
            slots = read;
            return read;
        }

        private Set<TypeOfTenant> types() {
            return candidates.values().stream().map(Candidate::type).collect(Collectors.toSet());
        }

        @Override
        public void admit(UUID taskId) {
            Leaving leaving = decided.get(taskId);
            if (leaving != null) {
                book.reserve(
                        keys(leaving.task()),
                        leaving.reservation(),
                        leaving.refusal() != null
                                || estimates.containsKey(leaving.task().type()));
                Double maxCostFactor = leaving.maxCostFactor();
                if (maxCostFactor != null) {
                    slots().take(leaving.task().wanting(maxCostFactor));
                }
            }
        }

        @Override
        public void write(List<UUID> admitted) {
            reserve(admitted.stream()
                    .map(decided::get)
                    .filter(Objects::nonNull)
                    .filter(Leaving::says)
                    .toList());
        }
    }

    private List<Candidate> load(List<UUID> tasks) {
        UUID[] ids = tasks.toArray(UUID[]::new);
        return client.sql("""
                        select s.task_id, s.tenant, s.task_type, s.priority, t.dag_id, t.selector, p.cost as paid_micro_usd, p.tokens as paid_tokens
                        from task_state s join task t on t.task_id = s.task_id
                        cross join lateral (
                          select least(coalesce(sum(c.cost_micro_usd), 0), 9223372036854775807)::bigint as cost,
                            least(coalesce(sum(c.input_tokens::numeric + c.output_tokens), 0), 9223372036854775807)::bigint as tokens
                          from charge c where s.attempt_epochs > 0 and c.task_id = s.task_id and c.epoch > s.epoch - s.attempt_epochs) p
                        where s.task_id = any(?) and t.task_id = any(?)
                        """)
                .params(ids, ids)
                .query(Records.of(Candidate.class))
                .list();
    }

    private void reserve(List<Leaving> leaving) {
        if (leaving.isEmpty()) {
            return;
        }
        UUID[] ids = Columns.ids(leaving, one -> one.task().taskId());
        client.sql("""
                        insert into budget_reservation as r (task_id, tenant, dag_id, epoch, cost_micro_usd, tokens, allowed_micro_usd, allowed_tokens,
                          max_cost_factor, refusal)
                        select s.task_id, s.tenant, n.dag_id, s.epoch, n.cost, n.tokens, n.allowed_cost, n.allowed_tokens, n.factor, n.refusal
                        from unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::float8[], ?::text[])
                          as n(task_id, dag_id, cost, tokens, allowed_cost, allowed_tokens, factor, refusal)
                        join task_state s on s.task_id = n.task_id and s.task_id = any(?)
                        where s.status::text = 'RELEASED'
                        on conflict (task_id) do update
                        set epoch = excluded.epoch, cost_micro_usd = excluded.cost_micro_usd, tokens = excluded.tokens,
                            allowed_micro_usd = excluded.allowed_micro_usd, allowed_tokens = excluded.allowed_tokens,
                            max_cost_factor = excluded.max_cost_factor, refusal = excluded.refusal
                        """)
                .params(Columns.of(leaving)
                        .uuids(one -> one.task().taskId())
                        .uuids(one -> one.task().dagId())
                        .longs(one -> one.reservation().costMicroUsd())
                        .longs(one -> one.reservation().tokens())
                        .longs(Leaving::allowedMicroUsd)
                        .longs(Leaving::allowedTokens)
                        .doubles(Leaving::maxCostFactor)
                        .texts(Leaving::refusal))
                .param(ids)
                .update();
    }

    /**
     * A task that may leave.
     *
     * @param paidMicroUsd what the attempt that is under way has cost already
     */
    private record Candidate(
            UUID taskId,
            String tenant,
            String taskType,
            Priority priority,
            @Nullable UUID dagId,
            @Nullable String selector,
            long paidMicroUsd,
            long paidTokens) {
        TypeOfTenant type() {
            return new TypeOfTenant(tenant, taskType);
        }

        Amount paid() {
            return new Amount(paidMicroUsd, paidTokens);
        }

        CheapSlots.Wanting wanting(double maxCostFactor) {
            return new CheapSlots.Wanting(
                    taskType, tenant, TaskSelector.parse(selector).required(), maxCostFactor);
        }
    }

    private record Leaving(
            Candidate task,
            Amount reservation,
            @Nullable Long allowedMicroUsd,
            @Nullable Long allowedTokens,
            @Nullable Double maxCostFactor,
            @Nullable String refusal) {
        /** Tells whether there is anything to write. */
        boolean says() {
            return refusal != null
                    || allowedMicroUsd != null
                    || allowedTokens != null
                    || maxCostFactor != null
                    || !reservation.equals(Amount.NONE);
        }
    }
}
