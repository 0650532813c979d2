package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.release.ClaimGate;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Lets tasks leave the backlog as far as the limits that count them have room ({@link LimitUse}). Thread-safe. */
public final class LimitGate implements ClaimGate {
    private final JdbcClient client;
    private final LimitReader reader;
    private final LiveLimits limits;

    public LimitGate(DataSource database, LiveLimits limits) {
        this.client = JdbcClient.create(database);
        this.reader = new LimitReader(database);
        this.limits = limits;
    }

    /** Puts nothing in line: {@link LimitUpkeep} does, and wakes release then. */
    @Override
    public Pass begin() {
        return new LimitPass();
    }

    private final class LimitPass implements Pass {
        private final Map<String, LimitUse> use = new HashMap<>();
        private Map<UUID, List<String>> keys = Map.of();
        private Map<UUID, String> types = Map.of();
        private Map<String, Double> means = Map.of();

        @Override
        public void read(List<UUID> candidates) {
            keys = reader.keys(candidates);
            if (keys.isEmpty()) {
                return;
            }
            limits.refreshIfOld(); // a key that is not known lets its tasks go
            Set<String> limited = new TreeSet<>();
            keys.values()
                    .forEach(of -> of.stream()
                            .filter(key -> limits.ofKey(key).isPresent())
                            .forEach(limited::add));
            use.putAll(reader.use(limited, limits::ofKey));
            boolean countsTokens = limited.stream()
                    .anyMatch(key -> limits.ofKey(key)
                            .map(CapacityLimit::maxTokensPerMinute)
                            .isPresent());
            if (countsTokens) {
                means = reader.tokenMeans();
                types = types();
            }
        }

        private Map<UUID, String> types() {
            Map<UUID, String> found = new HashMap<>();
            client.sql("select task_id, task_type from task_state where task_id = any(?)")
                    .param(keys.keySet().toArray(UUID[]::new))
                    .query(row -> {
                        found.put(row.getObject(1, UUID.class), row.getString(2));
                    });
            return found;
        }

        @Override
        public Optional<String> refusal(UUID task) {
            for (String key : keys.getOrDefault(task, List.of())) {
                Optional<CapacityLimit> limit = limits.ofKey(key);
                if (limit.isPresent()
                        && use.getOrDefault(key, LimitUse.NONE).room(limit.get(), expected(task, limit.get())) == 0) {
                    return Optional.of(LimitWrites.reason(key));
                }
            }
            return Optional.empty();
        }

        @Override
        public void admit(UUID task) {
            for (String key : keys.getOrDefault(task, List.of())) {
                limits.ofKey(key)
                        .ifPresent(limit -> use.put(
                                key, use.getOrDefault(key, LimitUse.NONE).admitted(expected(task, limit))));
            }
        }

        private long expected(UUID task, CapacityLimit limit) {
            return LimitUse.expectedTokens(limit, means.getOrDefault(types.getOrDefault(task, ""), -1.0));
        }

        @Override
        public void write(List<UUID> admitted) {
            // That they are out says all.
        }
    }
}
