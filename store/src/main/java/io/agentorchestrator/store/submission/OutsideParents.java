package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tasks submitted before, on which submissions depend. Their statuses are read once, so that the count of what a task waits for
 * and the edges that are still open agree; whatever ends later finds the edge.
 */
final class OutsideParents {
    private static final int EDGES_PER_INSERT = 10_000;

    private final JdbcClient client;
    private final List<Edge> edges;
    private final Set<UUID> completed = new HashSet<>();

    private OutsideParents(JdbcClient client, List<Edge> edges) {
        this.client = client;
        this.edges = edges;
    }

    static OutsideParents of(List<Submission> submissions, JdbcClient client) {
        List<Edge> edges = new ArrayList<>();
        for (Submission submission : submissions) {
            for (NewTask task : submission.tasks()) {
                task.dependencies()
                        .forEach(parent -> edges.add(new Edge(
                                parent, task.taskId(), submission.origin().tenant())));
            }
        }
        OutsideParents parents = new OutsideParents(client, edges);
        if (!edges.isEmpty()) {
            parents.read();
        }
        return parents;
    }

    private void read() {
        Map<UUID, Parent> parents = Records.byKey(
                client.sql("select task_id, tenant, status from task_state where task_id = any(?)")
                        .param(edges.stream().map(Edge::parent).distinct().toArray(UUID[]::new)),
                UUID.class,
                Records.of(Parent.class));
        List<UUID> unsuccessful = new ArrayList<>();
        parents.forEach((parent, fact) -> {
            if (fact.status() == TaskStatus.COMPLETED) {
                completed.add(parent);
            } else if (fact.status().isTerminal()) {
                unsuccessful.add(parent);
            }
        });
        unsuccessful.removeAll(held(unsuccessful));
        unsuccessful.forEach(parents::remove);
        for (Edge edge : edges) {
            Parent parent = parents.get(edge.parent());
            if (parent == null || !parent.tenant().equals(edge.tenant())) {
                throw new DataIntegrityViolationException("task %s depends on task %s, which tenant %s does not have"
                        .formatted(edge.child(), edge.parent(), edge.tenant()));
            }
        }
    }

    /** Keeps retention from deleting parents whose ends have yet to be passed on; those that are there still. */
    private Set<UUID> held(List<UUID> parents) {
        return parents.isEmpty()
                ? Set.of()
                : client.sql("select task_id from task_state where task_id = any(?) order by task_id for key share")
                        .param(parents.toArray(UUID[]::new))
                        .query(UUID.class)
                        .set();
    }

    /** Counts the tasks submitted before that the task has to wait for. */
    int openOf(NewTask task) {
        return (int) task.dependencies().stream()
                .filter(parent -> !completed.contains(parent))
                .count();
    }

    /** All tasks submitted before that one of these has to wait for. */
    Set<UUID> open() {
        return edges.stream()
                .map(Edge::parent)
                .filter(parent -> !completed.contains(parent))
                .collect(Collectors.toSet());
    }

    void insertEdges() {
        for (int from = 0; from < edges.size(); from += EDGES_PER_INSERT) {
            insert(edges.subList(from, Math.min(edges.size(), from + EDGES_PER_INSERT)));
        }
    }

    private void insert(List<Edge> page) {
        client.sql("""
                        insert into task_dependency (parent_id, child_id, tenant, settled_at)
                        select r.parent_id, r.child_id, r.tenant, case when r.completed then now() end
                        from unnest(?::uuid[], ?::uuid[], ?::text[], ?::boolean[])
                          as r (parent_id, child_id, tenant, completed)
                        on conflict (parent_id, child_id) do nothing
                        """)
                .params(Columns.of(page)
                        .uuids(Edge::parent)
                        .uuids(Edge::child)
                        .texts(Edge::tenant)
                        .flags(edge -> completed.contains(edge.parent())))
                .update();
    }

    private record Edge(UUID parent, UUID child, String tenant) {}

    private record Parent(String tenant, TaskStatus status) {}
}
