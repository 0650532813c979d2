package io.agentorchestrator.store.dependency;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.CommandWrites;
import io.agentorchestrator.store.state.DependentWrites;
import io.agentorchestrator.store.state.DependentWrites.Why;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The transactions that pass edges on. Each locks what it changes first, in one order: standalone children by id; of children
 * in DAGs the run, and never two runs at once. Thread-safe.
 */
final class DependencyPropagation {
    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final DependentWrites writes;
    private final CommandWrites commands;

    DependencyPropagation(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.locks = new RunLocks(client);
        this.writes = new DependentWrites(client);
        this.commands = new CommandWrites(client);
    }

    /** Passes these on; returns the standalone children that ended by that. */
    List<UUID> passOn(List<EndedDependency> edges) {
        List<EndedDependency> standalone = new ArrayList<>();
        Map<UUID, List<EndedDependency>> byRun = new TreeMap<>();
        for (EndedDependency edge : edges) {
            UUID run = edge.childRun();
            if (run == null) {
                standalone.add(edge);
            } else {
                byRun.computeIfAbsent(run, key -> new ArrayList<>()).add(edge);
            }
        }
        byRun.forEach((run, ofRun) -> transaction.executeWithoutResult(status -> passOnInRun(run, ofRun)));
        if (standalone.isEmpty()) {
            return List.of();
        }
        return transaction.execute(status -> passOnStandalone(standalone));
    }

    private List<UUID> passOnStandalone(List<EndedDependency> edges) {
        client.sql("select task_id from task_state where task_id = any(?) order by task_id for update")
                .param(Columns.ids(edges, EndedDependency::child))
                .query(UUID.class)
                .list();
        List<EndedDependency> passedOn = markPassedOn(edges);
        countDown(passedOn);
        return cancel(unsatisfied(passedOn));
    }

    private void passOnInRun(UUID runId, List<EndedDependency> edges) {
        LockedRun run = locks.lockLatest(runId).orElse(null);
        List<EndedDependency> passedOn = markPassedOn(edges);
        countDown(passedOn);
        if (run != null) {
            Map<UUID, List<EndedDependency>> byParent = new LinkedHashMap<>();
            unsatisfied(passedOn)
                    .values()
                    .forEach(edge -> byParent.computeIfAbsent(edge.parent(), key -> new ArrayList<>())
                            .add(edge));
            byParent.values().forEach(ofParent -> {
                EndedDependency first = ofParent.getFirst();
                UUID[] children = Columns.ids(ofParent, EndedDependency::child);
                commands.command(run, CommandSignal.Kind.CANCEL, children, first.code(), first.reason());
            });
        }
    }

    /** Marks these as passed on; returns those that nobody had passed on before. */
    private List<EndedDependency> markPassedOn(List<EndedDependency> edges) {
        Set<List<UUID>> marked = new HashSet<>(client.sql("""
                update task_dependency d set settled_at = now()
                from unnest(?::uuid[], ?::uuid[]) as e (parent_id, child_id)
                where d.parent_id = e.parent_id and d.child_id = e.child_id and d.parent_id = any(?)
                  and d.settled_at is null
                returning d.parent_id, d.child_id
                """)
                .params(Columns.of(edges)
                        .uuids(EndedDependency::parent)
                        .uuids(EndedDependency::child)
                        .uuids(EndedDependency::parent))
                .query((row, number) -> List.of(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
                .list());
        return edges.stream()
                .filter(edge -> marked.contains(List.of(edge.parent(), edge.child())))
                .toList();
    }

    /** Takes completed parents off what their children wait for. */
    private void countDown(List<EndedDependency> passedOn) {
        SortedMap<UUID, Integer> satisfied = new TreeMap<>();
        for (EndedDependency edge : passedOn) {
            if (edge.isSatisfied()) {
                satisfied.merge(edge.child(), 1, Integer::sum);
            }
        }
        if (satisfied.isEmpty()) {
            return;
        }
        if (writes.satisfy(satisfied)) {
            Channels.notify(client, Channels.BACKLOG);
        }
    }

    /** The first edge of each child whose parent did not complete, by child. */
    private static Map<UUID, EndedDependency> unsatisfied(List<EndedDependency> passedOn) {
        Map<UUID, EndedDependency> byChild = new TreeMap<>();
        for (EndedDependency edge : passedOn) {
            if (!edge.isSatisfied()) {
                byChild.putIfAbsent(edge.child(), edge);
            }
        }
        return byChild;
    }

    private List<UUID> cancel(Map<UUID, EndedDependency> byChild) {
        if (byChild.isEmpty()) {
            return List.of();
        }
        SortedMap<UUID, Why> why = new TreeMap<>();
        byChild.forEach((child, edge) -> why.put(child, new Why(edge.code(), edge.reason())));
        return writes.cancel(why);
    }
}
