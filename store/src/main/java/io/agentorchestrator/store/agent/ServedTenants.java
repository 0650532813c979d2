package io.agentorchestrator.store.agent;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the column {@code serves_tenants} of an agent. */
public final class ServedTenants {
    private ServedTenants() {}

    /** Whose tasks the agent takes, in the order in which they were given; null: everybody's. */
    public static @Nullable Set<String> of(ResultSet agent) throws SQLException {
        Array tenants = agent.getArray("serves_tenants");
        return tenants == null
                ? null
                : Collections.unmodifiableSet(new LinkedHashSet<>(List.of((String[]) tenants.getArray())));
    }
}
