package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes which tasks need a claim since a budget binds them, and puts in line again what budgets held. Thread-safe. */
public final class BudgetWrites {
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
     * Marks tasks, but for those that have ended, or that somebody has just now.
     *
     * @return how many had not been marked
     */
    public int needClaim(List<UUID> tasks) {
        if (tasks.isEmpty()) {
            return 0;
        }
        return client.sql("""
                update task_state s set needs_claim = true
                where s.task_id in (
                    select o.task_id from task_state o
                    where o.task_id = any(?) and not o.needs_claim and o.status::text not in ('COMPLETED', 'FAILED', 'CANCELLED')
                    order by o.task_id for update skip locked)
                """).param(tasks.toArray(UUID[]::new)).update();
    }

    /**
     * Puts tasks in line again, of each kind the best.
     *
     * @return how many there were
     */
    public int putInLine(List<Kind> kinds) {
        if (kinds.isEmpty()) {
            return 0;
        }
        return client.sql("""
                update task_state s set held_by = s.selector_key
                where s.task_id in (
                    select h.task_id
                    from unnest(?::text[], ?::text[], ?::text[], ?::int[]) as k(reason, task_type, tenant, most) cross join lateral (
                      select q.task_id from task_state q
                      where q.status = 'QUEUED' and q.held_by >= 'BUDGET' and q.held_by < 'BUDGET~'
                        and q.held_by = k.reason and q.task_type = k.task_type and q.tenant = k.tenant
                      order by q.rank, q.task_id limit k.most for update skip locked) h)
                  and s.status::text = 'QUEUED'
                """)
                .params(Columns.of(kinds)
                        .texts(Kind::reason)
                        .texts(Kind::taskType)
                        .texts(Kind::tenant)
                        .ints(Kind::most))
                .update();
    }

    /**
     * Puts tasks in line again of which only a claim knows that there is room for them, those of each kind that come next in its line: so that one that
     * cannot go hides no other.
     *
     * @return what it came to by kind; those of which it found none after the place are missing
     */
    public List<Turned> putInLineInTurn(List<Turn> turns) {
        if (turns.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                with looked as materialized (
                    select k.number, k.most, k.window_size, h.rank, h.task_id, h.is_wanted,
                      count(*) filter (where h.is_wanted) over line - h.is_wanted::int as wanted_before, count(*) over line as place
                    from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::uuid[], ?::boolean[], ?::int[], ?::int[]) with ordinality
                      as k(reason, task_type, tenant, rank, task_id, going_on, window_size, most, number)
                    cross join lateral (
                      select q.rank, q.task_id, q.attempt_epochs > 0 or not k.going_on as is_wanted from task_state q
                      where q.status = 'QUEUED' and q.held_by >= 'BUDGET' and q.held_by < 'BUDGET~'
                        and q.held_by = k.reason and q.task_type = k.task_type and q.tenant = k.tenant
                        and (q.rank, q.task_id) > (k.rank, k.task_id)
                      order by q.rank, q.task_id limit k.window_size) h
                    window line as (partition by k.number order by h.rank, h.task_id)
                ), turn as materialized (
                    select * from looked where wanted_before < most
                ), put as (
                    update task_state s set held_by = s.selector_key
                    where s.task_id in (
                        select q.task_id from task_state q
                        where q.task_id = any(array(select t.task_id from turn t where t.is_wanted))
                          and q.status::text = 'QUEUED' and q.held_by >= 'BUDGET' and q.held_by < 'BUDGET~'
                        order by q.task_id for update skip locked)
                      and s.status::text = 'QUEUED'
                    returning s.task_id
                )
                select distinct on (t.number) t.number::int - 1 as turn, t.rank, t.task_id,
                  t.place < t.window_size and t.wanted_before + t.is_wanted::int < t.most as is_end,
                  (select count(*)::int from turn w join put p on p.task_id = w.task_id where w.number = t.number) as put
                from turn t order by t.number, t.place desc
                """)
                .params(Columns.of(turns)
                        .texts(turn -> turn.kind().reason())
                        .texts(turn -> turn.kind().taskType())
                        .texts(turn -> turn.kind().tenant())
                        .longs(turn -> turn.after().rank())
                        .uuids(turn -> turn.after().taskId())
                        .flags(Turn::goingOnOnly)
                        .ints(Turn::window)
                        .ints(turn -> turn.kind().most()))
                .query(Records.of(Turned.class))
                .list();
    }

    /**
     * Opens an account without limits for a task or DAG that has none, which is not complete: what is told from its commit on counts, and nothing from before.
     */
    public void openLate(UUID account) {
        client.sql("""
                insert into budget_account (account_id, tenant, on_exceeded, is_complete)
                select task_id, tenant, on_budget_exceeded, false from task where task_id = ?
                union all
                select dag_id, tenant, on_budget_exceeded, false from dag where dag_id = ?
                on conflict (account_id) do nothing
                """).params(account, account).update();
    }

    /** Tells whether there is an account that counts all that was spent. */
    public boolean isComplete(UUID account) {
        return client.sql("select exists (select from budget_account where account_id = ? and is_complete)")
                .param(account)
                .query(Boolean.class)
                .single();
    }

    /**
     * Has an account for the transaction alone, and completes it if it is not: exact if whoever did not see it has ended. Those who did see it have either
     * committed both their charge and its sum by then, or add theirs afterwards.
     */
    public Spent lock(UUID account) {
        int _ = client.sql("select 1 from budget_account where account_id = ? for update")
                .param(account)
                .query(Integer.class)
                .single();
        client.sql("""
                update budget_account b set spent_micro_usd = c.cost, spent_tokens = c.tokens, is_complete = true
                from (select coalesce(sum(l.cost_micro_usd), 0) as cost, coalesce(sum(l.input_tokens::numeric + l.output_tokens), 0) as tokens
                      from charge l
                      where l.task_id in (select ?::uuid union all select t.task_id from task t where t.dag_id = ?)) c
                where b.account_id = ? and not b.is_complete
                """).params(account, account, account).update();
        return client.sql("""
                        select least(spent_micro_usd, 9223372036854775807)::bigint as micro_usd, least(spent_tokens, 9223372036854775807)::bigint as tokens
                        from budget_account where account_id = ?
                        """).param(account).query(Records.of(Spent.class)).single();
    }

    /** The usage that is charged to an account: millionths of a US dollar, and tokens. */
    public record Spent(long microUsd, long tokens) {
        /** The money that is spent if that is more than a limit; null: it is not, or there is no limit. */
        public @Nullable Long microUsdBeyond(@Nullable Long limit) {
            return beyond(limit, microUsd);
        }

        /** The same of tokens. */
        public @Nullable Long tokensBeyond(@Nullable Long limit) {
            return beyond(limit, tokens);
        }

        private static @Nullable Long beyond(@Nullable Long limit, long spent) {
            return limit != null && limit < spent ? (Long) spent : null;
        }
    }

    /** Sets limits of an account that is there; null leaves one as it is. */
    public void setLimits(UUID account, @Nullable Long costMicroUsd, @Nullable Long tokens) {
        client.sql("""
                update budget_account set cost_limit_micro_usd = coalesce(?::bigint, cost_limit_micro_usd),
                  token_limit = coalesce(?::bigint, token_limit)
                where account_id = ?
                """).params(Arrays.asList(costMicroUsd, tokens, account)).update();
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

    /** Tasks of a type and a tenant that are held for the same, and how many of them are to be put in line at most. */
    public record Kind(String reason, String taskType, String tenant, int most) {}

    /** A place in the line of a kind. */
    public record Place(long rank, UUID taskId) {
        /** Before all. */
        public static final Place FIRST = new Place(Long.MIN_VALUE, new UUID(0, 0));
    }

    /**
     * The next tasks of a kind.
     *
     * @param goingOnOnly whether only attempts are wanted that go on
     * @param window tasks to look at, at most
     */
    public record Turn(Kind kind, Place after, boolean goingOnOnly, int window) {}

    /**
     * The result of a turn.
     *
     * @param turn its number
     * @param rank of the last task that was looked at
     * @param isEnd whether none came after it
     * @param put how many tasks are in line by it
     */
    public record Turned(int turn, long rank, UUID taskId, boolean isEnd, int put) {}
}
