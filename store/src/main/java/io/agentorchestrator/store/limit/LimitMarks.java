package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.state.LimitWrites.Marked;
import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import io.agentorchestrator.workflows.limit.LimitKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds the keys of tasks that are stored, as submission does of new ones. Thread-safe. */
public final class LimitMarks {
    /** Tasks whose payloads are looked at together at most. */
    static final int MAX_AT_ONCE = 500;

    private static final JsonNode NO_INPUTS = JsonNodeFactory.instance.objectNode();

    private final JdbcClient client;
    private final LimitWrites writes;

    public LimitMarks(JdbcClient client) {
        this.client = client;
        this.writes = new LimitWrites(client);
    }

    /** Gives tasks that run again the keys that the limits of now give them. */
    public void mark(List<UUID> ids) {
        List<CapacityLimit> limits =
                LimitStore.all(client).stream().map(StoredLimit::limit).toList();
        for (int from = 0; from < ids.size() && !limits.isEmpty(); from += MAX_AT_ONCE) {
            mark(ids.subList(from, Math.min(ids.size(), from + MAX_AT_ONCE)), limits);
        }
    }

    /** Gives tasks the keys that these limits give them, unless they have ended. */
    void mark(List<UUID> ids, List<CapacityLimit> all) {
        if (ids.isEmpty()) {
            return;
        }
        List<String> labels = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        for (CapacityLimit limit : all) {
            switch (limit.by()) {
                case LimitBy.TaskType _ -> {}
                case LimitBy.Label(String name) -> labels.add(name);
                case LimitBy.PayloadPath(List<String> steps) -> fields.add(steps.getFirst());
            }
        }
        List<Row> rows = rows(ids, labels, fields);
        Map<UUID, JsonNode> inputs = inputs(rows.stream()
                .flatMap(row -> Optional.ofNullable(row.dagId()).stream())
                .toList());
        int _ = writes.mark(rows.stream()
                .map(row -> new Marked(
                        row.taskId(), LimitKeys.of(all, row.source(inputs)).keys()))
                .toList());
    }

    private List<Row> rows(List<UUID> ids, List<String> labels, List<String> fields) {
        return client.sql("""
                        select t.task_id, t.task_type, case when t.has_templates then t.dag_id end,
                          array(select t.labels ->> n from unnest(?::text[]) with ordinality as l(n, at) order by at),
                          array(select (t.payload -> n)::text from unnest(?::text[]) with ordinality as f(n, at) order by at)
                        from task t where t.task_id = any(?) order by t.task_id
                        """)
                .params(labels.toArray(String[]::new), fields.toArray(String[]::new), ids.toArray(UUID[]::new))
                .query((row, number) -> new Row(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getObject(3, UUID.class),
                        byName(labels, (@Nullable String[]) row.getArray(4).getArray()),
                        byName(fields, (@Nullable String[]) row.getArray(5).getArray())))
                .list();
    }

    private static Map<String, @Nullable String> byName(List<String> names, @Nullable String[] values) {
        Map<String, @Nullable String> byName = new HashMap<>();
        for (int at = 0; at < values.length; at++) {
            byName.put(names.get(at), values[at]);
        }
        return byName;
    }

    private Map<UUID, JsonNode> inputs(Collection<UUID> dags) {
        if (dags.isEmpty()) {
            return Map.of();
        }
        return Records.byKey(
                client.sql("select dag_id, inputs::text from dag where dag_id = any(?)")
                        .param(dags.stream().distinct().toArray(UUID[]::new)),
                UUID.class,
                (row, number) -> ExactJson.parse(row.getString(2)));
    }

    /** A task, as far as limits look at it; {@code dagId} where its payload has templates. */
    private record Row(
            UUID taskId,
            String taskType,
            @Nullable UUID dagId,
            Map<String, @Nullable String> labels,
            Map<String, @Nullable String> payload) {
        LimitKeys.Source source(Map<UUID, JsonNode> inputs) {
            return new LimitKeys.Source(
                    taskType,
                    labels::get,
                    name -> {
                        String json = payload.get(name);
                        return json == null ? null : ExactJson.parse(json);
                    },
                    dagId != null,
                    dagId == null ? NO_INPUTS : inputs.getOrDefault(dagId, NO_INPUTS));
        }
    }
}
