package io.agentorchestrator.store.dependency;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/**
 * Passes the ends of tasks on to tasks outside their DAG that depend on them. Whoever ends a task calls {@link #propagate} after
 * its commit, or does so by {@link #propagating}; whoever inserts a child calls {@link #resolve}, or does so by {@link #resolving}; each edge counts once, whoever comes first. What both leave
 * undone because a process died, {@link #sweep} finds. Thread-safe.
 */
public final class CrossRunDependents {
    /** Edges that are passed on together at most. */
    static final int EDGES_PER_PAGE = 1_000;

    private static final UUID LEAST = new UUID(0, 0);
    private static final Logger LOG = LoggerFactory.getLogger(CrossRunDependents.class);

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final DependencyPropagation propagation;
    /** The last parent that a sweep looked at. */
    private final AtomicReference<UUID> swept = new AtomicReference<>(LEAST);

    public CrossRunDependents(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.propagation = new DependencyPropagation(database);
    }

    /** Carries out a transaction, and {@linkplain #propagate passes on} the ends of the tasks that it has named, after its commit. */
    public <T> T propagating(Function<Collection<UUID>, T> work) {
        return transaction(work, this::propagate);
    }

    /** Carries out a transaction, and {@linkplain #resolve resolves} the parents that it has named, after its commit. */
    public <T> T resolving(Function<Collection<UUID>, T> work) {
        return transaction(work, this::resolve);
    }

    private <T> T transaction(Function<Collection<UUID>, T> work, Consumer<Collection<UUID>> afterwards) {
        List<UUID> tasks = new ArrayList<>();
        T result = transaction.execute(status -> {
            tasks.clear();
            return work.apply(tasks);
        });
        afterwards.accept(tasks);
        return result;
    }

    /**
     * Passes on how these tasks ended, and what ends by that in turn. Not within a transaction: the ends have to be visible. A failure
     * is logged, and left to the sweep.
     *
     * @param ended tasks that have ended, for good
     */
    public void propagate(Collection<UUID> ended) {
        try {
            passOn(ended);
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the ends of tasks could not be passed on; the sweep will: {}", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Passes on what has ended of these, after a child of theirs was committed. A parent that this does not see ended is ended by a
     * commit after this look, and whoever makes that commit looks for children after it: so one of the two sees the other. A failure is
     * logged, and left to the sweep.
     */
    public void resolve(Collection<UUID> parents) {
        if (parents.isEmpty()) {
            return;
        }
        try {
            passOn(ended(parents));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("dependencies could not be looked at; the sweep will: {}", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Passes on what was left undone. One call looks at a page of parents, and the next goes on from there.
     *
     * @param limit parents to look at
     * @return how many of them had ended
     */
    public int sweep(int limit) {
        List<UUID> parents = client.sql("""
                select distinct parent_id from task_dependency
                where settled_at is null and parent_id > ? order by parent_id limit ?
                """)
                .param(swept.get())
                .param(limit)
                .query(UUID.class)
                .list();
        List<UUID> ended = ended(parents);
        passOn(ended);
        swept.set(parents.size() < limit ? LEAST : parents.getLast());
        return ended.size();
    }

    /** Finds the ids among these that are no tasks of this tenant. */
    public Set<UUID> unknown(String tenant, Collection<UUID> taskIds) {
        Set<UUID> unknown = new LinkedHashSet<>(taskIds);
        if (!unknown.isEmpty()) {
            client.sql("select task_id from task_state where task_id = any(?) and tenant = ?")
                    .params(array(taskIds), tenant)
                    .query(UUID.class)
                    .list()
                    .forEach(unknown::remove);
        }
        return unknown;
    }

    private void passOn(Collection<UUID> ended) {
        Set<UUID> parents = new LinkedHashSet<>(ended);
        while (!parents.isEmpty()) {
            List<EndedDependency> page = openEdges(parents);
            List<UUID> cancelled = propagation.passOn(page);
            if (page.size() < EDGES_PER_PAGE) {
                parents.clear();
            }
            parents.addAll(cancelled);
        }
    }

    /** A page of the edges of these parents that have not been passed on. Mostly there is none, and this is one look into an index. */
    private List<EndedDependency> openEdges(Collection<UUID> parents) {
        Map<UUID, List<UUID>> children = Records.listsByKey(
                client.sql(
                                "select parent_id, child_id from task_dependency where parent_id = any(?) and settled_at is null limit ?")
                        .params(array(parents), EDGES_PER_PAGE),
                UUID.class,
                (row, number) -> row.getObject(2, UUID.class));
        if (children.isEmpty()) {
            return List.of();
        }
        Set<UUID> tasks = new HashSet<>(children.keySet());
        children.values().forEach(tasks::addAll);
        Map<UUID, TaskFact> facts = facts(tasks);
        List<EndedDependency> edges = new ArrayList<>();
        children.forEach((parent, of) -> {
            TaskFact ended = facts.get(parent);
            if (ended != null && ended.status().isTerminal()) {
                for (UUID child : of) {
                    TaskFact fact = facts.get(child);
                    edges.add(new EndedDependency(
                            parent,
                            child,
                            ended.key(),
                            ended.status(),
                            ended.errorCode(),
                            fact == null ? null : fact.runId()));
                }
            }
        });
        return edges;
    }

    private Map<UUID, TaskFact> facts(Set<UUID> tasks) {
        return Records.byKey(
                client.sql("""
                select s.task_id, s.status, s.error_code, s.run_id, t.key
                from task_state s join task t on t.task_id = s.task_id
                where s.task_id = any(?) and t.task_id = any(?)
                """).params(array(tasks), array(tasks)), UUID.class, Records.of(TaskFact.class));
    }

    private List<UUID> ended(Collection<UUID> tasks) {
        return client.sql("""
                select task_id from task_state
                where task_id = any(?) and status in ('COMPLETED', 'FAILED', 'CANCELLED')
                """).param(array(tasks)).query(UUID.class).list();
    }

    private static UUID[] array(Collection<UUID> ids) {
        return ids.toArray(UUID[]::new);
    }

    private record TaskFact(
            TaskStatus status,
            @Nullable String errorCode,
            @Nullable UUID runId,
            @Nullable String key) {}
}
